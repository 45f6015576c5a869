--[[
  Gives a lease back, if the caller still holds it.

  KEYS[1]  the lease
  ARGV[1]  token of the caller

  Result: 1 if it was released, 0 if it was not the caller's.
]]
if redis.call('GET', KEYS[1]) == ARGV[1] then
  return redis.call('DEL', KEYS[1])
end
return 0
