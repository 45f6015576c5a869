--[[
  Spends from a sliding window: a log of what was spent and when, by the server's clock. No stretch of time as long as
  the window ever sees more than the limit, unless the clock is set.

  What doesn't fit is refused and not logged, so the log never has more members than the limit.

  KEYS[1]  the log: a sorted set with one member for each unit spent, by time in microseconds
  ARGV[1]  limit, at most 1,000,000
  ARGV[2]  length of the window, in milliseconds, less than 2^32
  ARGV[3]  cost, from 1 to the limit
  ARGV[4]  a name that no other call has; a call that is sent again has the same, and is logged once

  Result, if allowed: what is left * 2^32 + milliseconds until more is left. One number costs Redis and the caller less
  than a list.
  If refused: { what is left, milliseconds until more is left, milliseconds until the cost fits }
]]
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local window = ARGV[2] * 1000

-- When the unit at a place in the log leaves the window, in microseconds; without a unit never before now.
local function leaves(place)
  return (redis.call('ZRANGE', KEYS[1], place, place, 'WITHSCORES')[2] or now) + window
end

-- The log gets three windows to live when it is begun, and again when units leave and two or less remain. That keeps it
-- long enough: whatever is logged comes less than a window after one or the other. Setting the time at every spending
-- would double what goes to the replicas.
local function keep()
  redis.call('PEXPIRE', KEYS[1], 3 * ARGV[2])
end

local oldestLeaves = leaves(0)
if oldestLeaves <= now then
  redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - window)
  if redis.call('PTTL', KEYS[1]) <= 2 * ARGV[2] then
    keep()
  end
  oldestLeaves = leaves(0)
end
local spent = redis.call('ZCARD', KEYS[1])
local cost = tonumber(ARGV[3])
local left = ARGV[1] - spent
if left < cost then
  local fits = leaves(cost - left - 1)
  return { math.max(0, left), math.ceil((oldestLeaves - now) / 1000), math.ceil((fits - now) / 1000) }
end
redis.call('ZADD', KEYS[1], now, ARGV[4])
for unit = 2, cost do
  redis.call('ZADD', KEYS[1], now, ARGV[4] .. ':' .. unit)
end
if spent == 0 then
  keep()
end
return (left - cost) * 4294967296 + math.ceil((oldestLeaves - now) / 1000)
