--[[
  Makes a lock last a whole TTL again, if the caller still holds it, and updates what its value tells others.

  KEYS[1]  the lock
  ARGV[1]  token of the caller, which its value begins with
  ARGV[2]  TTL, in milliseconds
  ARGV[3]  the value: the token and a remark

  Result: 1 if it was extended, 0 if it is not the caller's.
]]
local holder = redis.call('GET', KEYS[1])
if holder and string.sub(holder, 1, #ARGV[1]) == ARGV[1] then
  redis.call('SET', KEYS[1], ARGV[3], 'PX', ARGV[2])
  return 1
end
return 0
