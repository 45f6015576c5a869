--[[
  Replaces the sealed contents of a session, if they are still the ones that the caller read. Its times stay.

  KEYS[1]  the session
  ARGV[1]  the sealed contents that were read
  ARGV[2]  the new ones

  Result: 1 if they are in place, 0 if others are by now, -1 if the session has ended.
]]
local record = redis.call('GET', KEYS[1])
if not record then
  return -1
end
local times, sealed = string.match(record, '^(%d+ %d+ )(.*)$')
-- A client that lost its connection sends the command again: it may have been done already.
if sealed == ARGV[2] then
  return 1
end
if sealed ~= ARGV[1] then
  return 0
end
redis.call('SET', KEYS[1], times .. ARGV[2], 'KEEPTTL')
return 1
