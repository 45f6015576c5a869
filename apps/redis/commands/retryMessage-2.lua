--[[
Moves a pending message to the delayed set, where it waits for its next attempt. Moves it once: a repeated call finds
it no longer pending. The write that can be refused for want of memory comes first, so a refusal changes nothing.

KEYS[1]  stream of the partition
KEYS[2]  delayed messages of the partition (sorted set: packed {payload, attempts, original id} by due time, ms)
ARGV[1]  consumer group
ARGV[2]  entry id
ARGV[3]  attempts made so far
ARGV[4]  delay, ms

Result: 1 if it was moved, 0 if it wasn't pending or its entry is gone.
]]
local group, id = ARGV[1], ARGV[2]
if #redis.call('XPENDING', KEYS[1], group, id, id, 1) == 0 then
  return 0
end
local entry = redis.call('XRANGE', KEYS[1], id, id)[1]
if entry then
  local fields = {}
  for index = 1, #entry[2], 2 do
    fields[entry[2][index]] = entry[2][index + 1]
  end
  local time = redis.call('TIME')
  local due = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[4]
  redis.call('ZADD', KEYS[2], due, cmsgpack.pack({ fields.payload, ARGV[3], fields.added or id }))
end
redis.call('XACK', KEYS[1], group, id)
redis.call('XDEL', KEYS[1], id)
return entry and 1 or 0
