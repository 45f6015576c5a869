--[[
  Spends from a fixed window, which begins with the first spending and ends when its counter expires.

  What doesn't fit is taken back in the same step. The step that makes a counter gives it its time to live; one that is
  missing, or longer than the window because the policy was changed, is mended.

  KEYS[1]  the counter
  ARGV[1]  limit, at most 1,000,000
  ARGV[2]  length of the window, in milliseconds, less than 2^32
  ARGV[3]  cost, from 1 to the limit
  ARGV[4]  1 if the caller knows when the window ends, unless it has just begun; else 0

  Result, if allowed: what is left * 2^32 + milliseconds until the window ends (0: when the caller thinks it does). One
  number costs Redis and the caller less than a list.
  If refused: { what is left, milliseconds until the window ends, the same again }
]]
local cost = tonumber(ARGV[3])
local spent = redis.call('INCRBY', KEYS[1], ARGV[3])
local left = ARGV[1] - spent
local begun = spent == cost
if left >= 0 and not begun and ARGV[4] == '1' then
  return left * 4294967296
end
local window = tonumber(ARGV[2])
local ttl = begun and -1 or redis.call('PTTL', KEYS[1])
if ttl < 0 or ttl > window then
  redis.call('PEXPIRE', KEYS[1], window)
  ttl = window
end
ttl = math.max(1, ttl)
if left < 0 then
  redis.call('INCRBY', KEYS[1], -cost)
  return { math.max(0, left + cost), ttl, ttl }
end
return left * 4294967296 + ttl
