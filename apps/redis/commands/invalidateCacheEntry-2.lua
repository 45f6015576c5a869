--[[
  Replaces an entry that is older than a version by a tombstone of that version, and tells every process.

  The lease goes with the entry: whoever is loading may have read the source before the change. With the tombstone
  there, such a load is only stored if its version shows that it saw the change.

  KEYS[1]  the entry
  KEYS[2]  its lease
  ARGV[1]  version that the change made
  ARGV[2]  time to live of the tombstone, in milliseconds
  ARGV[3]  channel of the invalidations

  Result: the number of subscribers on this server.
]]
local present = redis.call('GET', KEYS[1])
local presentVersion = present and string.match(present, '^%a(%d+)')
if not presentVersion or tonumber(presentVersion) < tonumber(ARGV[1]) then
  redis.call('DEL', KEYS[2])
  redis.call('SET', KEYS[1], 't' .. ARGV[1], 'PX', ARGV[2])
end
return redis.call('PUBLISH', ARGV[3], ARGV[1] .. ' ' .. KEYS[1])
