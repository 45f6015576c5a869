--[[
  Takes a lock if it is free, or the caller's own already. If it is not, leaves a mark that makes its release be told.

  KEYS[1]  the lock
  KEYS[2]  the mark that someone waits for it
  ARGV[1]  token of the caller, which its value begins with
  ARGV[2]  TTL of the lock, in milliseconds
  ARGV[3]  TTL of the mark, in milliseconds

  Result: 0 if the caller holds the lock now, else the milliseconds until someone else's expires.
]]
local holder = redis.call('GET', KEYS[1])
if not holder then
  redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
  return 0
end
-- A try whose reply was lost took it: its TTL counts from this try on.
if string.sub(holder, 1, #ARGV[1]) == ARGV[1] then
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
  return 0
end
redis.call('SET', KEYS[2], '', 'PX', ARGV[3])
return math.max(1, redis.call('PTTL', KEYS[1]))
