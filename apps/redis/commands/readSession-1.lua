--[[
  Reads a session and puts off its end as unused, never beyond the end of its longest life.

  The end is put off only when that makes a difference: every change goes to the disk and the replicas.

  KEYS[1]  the session
  ARGV[1]  longest time without use, in milliseconds
  ARGV[2]  difference that is worth a change, in milliseconds

  Result: nil if there is none; else { the record, end when unused in milliseconds since 1970 }
]]
local record = redis.call('GET', KEYS[1])
if not record then
  return false
end
local ends = string.match(record, '^%d+ (%d+) ')
if not ends then
  return { record, 0 }
end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local idle = tonumber(ARGV[1])
local target = math.min(idle, ends - now)
if target <= 0 then
  redis.call('UNLINK', KEYS[1])
  return false
end
local ttl = redis.call('PTTL', KEYS[1])
-- The end of the longest life is put right once and stays so, but for the millisecond that two clocks may differ by.
local difference = target < idle and 2 or tonumber(ARGV[2])
-- Without an end, or with one too late because the setting was shortened, it gets the right one.
if ttl < 0 or ttl > target + 1 or target - ttl >= difference then
  redis.call('PEXPIRE', KEYS[1], target)
  ttl = target
end
return { record, math.min(now + ttl, tonumber(ends)) }
