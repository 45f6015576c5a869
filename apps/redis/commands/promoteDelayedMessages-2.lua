--[[
Moves delayed messages that are due back to the stream, by the server's clock.

KEYS[1]  delayed messages of the partition (sorted set: packed {payload, attempts, original id} by due time, ms)
KEYS[2]  stream of the partition
ARGV[1]  most messages to move

Result: {messages moved, ms until the next is due: 0 if it is due already, -1 if there is none}.
]]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local due = redis.call('ZRANGE', KEYS[1], '-inf', now, 'BYSCORE', 'LIMIT', 0, ARGV[1])
for _, member in ipairs(due) do
  local message = cmsgpack.unpack(member)
  redis.call('XADD', KEYS[2], '*', 'payload', message[1], 'attempts', message[2], 'added', message[3])
  redis.call('ZREM', KEYS[1], member)
end
local first = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
return { #due, first[2] and math.max(0, first[2] - now) or -1 }
