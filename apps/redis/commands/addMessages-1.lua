--[[
Adds messages to a partition of a queue, each an entry of its own.

KEYS[1]  stream of the partition
ARGV[n]  payload of the n-th message

Result: the ids of the entries, in order. Either all are added or, if memory is short, none.
]]
local ids = {}
for index, payload in ipairs(ARGV) do
  ids[index] = redis.call('XADD', KEYS[1], '*', 'payload', payload)
end
return ids
