--[[
Moves dead letters back to the stream, as messages that were never tried.

KEYS[1]  dead letters of the partition (stream)
KEYS[2]  stream of the partition
ARGV[1]  first id
ARGV[2]  last id
ARGV[3]  most dead letters to move

Result: how many were moved.
]]
local letters = redis.call('XRANGE', KEYS[1], ARGV[1], ARGV[2], 'COUNT', ARGV[3])
for _, letter in ipairs(letters) do
  local fields = {}
  for index = 1, #letter[2], 2 do
    fields[letter[2][index]] = letter[2][index + 1]
  end
  redis.call('XADD', KEYS[2], '*', 'payload', fields.payload, 'attempts', 0, 'added', fields.added)
  redis.call('XDEL', KEYS[1], letter[1])
end
return #letters
