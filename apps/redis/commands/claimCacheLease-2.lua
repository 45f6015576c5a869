--[[
  Reads a cache entry. If there is none, takes the lease to load it, unless someone else holds the lease.

  KEYS[1]  the entry
  KEYS[2]  its lease
  ARGV[1]  token of the caller
  ARGV[2]  length of the lease, in milliseconds

  Result: the entry as a string; or 0: the caller holds the lease; or the milliseconds until someone else's lease ends.
]]
local entry = redis.call('GET', KEYS[1])
if entry and string.sub(entry, 1, 1) ~= 't' then
  return entry
end
if redis.call('SET', KEYS[2], ARGV[1], 'NX', 'PX', ARGV[2]) then
  return 0
end
-- A client that lost its connection sends the command again: the lease may be its own already.
if redis.call('GET', KEYS[2]) == ARGV[1] then
  return 0
end
return math.max(1, redis.call('PTTL', KEYS[2]))
