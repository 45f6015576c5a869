--[[
  Gives a lock back, if the caller still holds it, and tells those who wait for it.

  KEYS[1]  the lock
  KEYS[2]  the mark that someone waits for it
  ARGV[1]  token of the caller, which its value begins with
  ARGV[2]  the sharded channel, in the slot of the lock, that waiting processes listen to; the message is the token

  Result: the number of processes that were told, or -1 if the lock was not the caller's.
]]
local holder = redis.call('GET', KEYS[1])
if not holder or string.sub(holder, 1, #ARGV[1]) ~= ARGV[1] then
  return -1
end
redis.call('DEL', KEYS[1])
if redis.call('EXISTS', KEYS[2]) == 0 then
  return 0
end
return redis.call('SPUBLISH', ARGV[2], ARGV[1])
