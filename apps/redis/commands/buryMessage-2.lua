--[[
Moves a pending message to the dead letters. Moves it once: a repeated call finds it no longer pending. The write that
can be refused for want of memory comes first, so a refusal changes nothing.

KEYS[1]  stream of the partition
KEYS[2]  dead letters of the partition (stream)
ARGV[1]  consumer group
ARGV[2]  entry id
ARGV[3]  attempts made
ARGV[4]  reason
ARGV[5]  text of the last error
ARGV[6]  most dead letters to keep, approximately; 0 keeps all

Result: the id of the dead letter, or false if the message wasn't pending or its entry is gone.
]]
local group, id = ARGV[1], ARGV[2]
if #redis.call('XPENDING', KEYS[1], group, id, id, 1) == 0 then
  return false
end
local letter = false
local entry = redis.call('XRANGE', KEYS[1], id, id)[1]
if entry then
  local fields = {}
  for index = 1, #entry[2], 2 do
    fields[entry[2][index]] = entry[2][index + 1]
  end
  local command = { 'XADD', KEYS[2] }
  if tonumber(ARGV[6]) > 0 then
    command = { 'XADD', KEYS[2], 'MAXLEN', '~', ARGV[6] }
  end
  -- An entry that no producer of this queue wrote has no payload: keep what it has.
  for _, argument in ipairs({
    '*', 'payload', fields.payload or cjson.encode(entry[2]), 'attempts', ARGV[3], 'added', fields.added or id,
    'reason', ARGV[4], 'error', ARGV[5],
  }) do
    command[#command + 1] = argument
  end
  letter = redis.call(unpack(command))
end
redis.call('XACK', KEYS[1], group, id)
redis.call('XDEL', KEYS[1], id)
return letter
