--[[
Claims messages that their consumer has held for too long: it died, or lost them.

KEYS[1]  stream of the partition
ARGV[1]  consumer group
ARGV[2]  consumer that takes them over
ARGV[3]  shortest time since their last delivery, ms
ARGV[4]  where to go on; 0-0 to start
ARGV[5]  most messages to claim

Result: {where to go on or 0-0 at the end, {entry id, fields, deliveries including this one} for each}. A page may be
empty before the end. Pending ids whose entry was deleted are forgotten.
]]
local page = redis.call('XAUTOCLAIM', KEYS[1], ARGV[1], ARGV[2], ARGV[3], ARGV[4], 'COUNT', ARGV[5])
local claimed = {}
for index, entry in ipairs(page[2]) do
  local pending = redis.call('XPENDING', KEYS[1], ARGV[1], entry[1], entry[1], 1)[1]
  claimed[index] = { entry[1], entry[2], pending[4] }
end
return { page[1], claimed }
