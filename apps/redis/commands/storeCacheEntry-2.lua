--[[
  Stores what was loaded and gives the lease back, unless it may be older than what the cache knows.

  A value is refused if a newer version, or its tombstone, is there; and, if nothing is there, without the lease: an
  invalidation took it away, or it ran out and the value's age is unknown. An absence has no version, so it always needs
  the lease; it takes over the version that is there, so that older values stay refused.

  KEYS[1]  the entry
  KEYS[2]  its lease
  ARGV[1]  token of the caller
  ARGV[2]  version of the value, or an empty string for an absence
  ARGV[3]  the rest of the entry, after its version
  ARGV[4]  time to live, in milliseconds

  Result: 1 if it was stored, 0 if it was refused.
]]
local held = redis.call('GET', KEYS[2]) == ARGV[1]
if held then
  redis.call('DEL', KEYS[2])
end
local present = redis.call('GET', KEYS[1])
local presentVersion = present and string.match(present, '^%a(%d+)')
local entry
if ARGV[2] == '' then
  entry = held and 'n' .. (presentVersion or '0')
elseif presentVersion then
  entry = tonumber(ARGV[2]) >= tonumber(presentVersion) and 'v' .. ARGV[2]
else
  entry = held and 'v' .. ARGV[2]
end
if not entry then
  return 0
end
redis.call('SET', KEYS[1], entry .. ARGV[3], 'PX', ARGV[4])
return 1
