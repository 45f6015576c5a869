--[[
  Adds a session to the list of its user's, which makes it valid, and removes the one that it replaces, the ones that have
  ended, and the oldest ones beyond the number that a user may have.

  KEYS[1]  the list: a sorted set of the hashes of sessions by the end of their longest life, in milliseconds since 1970
  ARGV[1]  hash of the session
  ARGV[2]  end of its longest life
  ARGV[3]  sessions that a user may have
  ARGV[4]  hash of the session that it replaces, or an empty string

  Result: the hashes of the oldest ones that were removed.
]]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
redis.call('ZREM', KEYS[1], ARGV[1], ARGV[4])
local surplus = redis.call('ZCARD', KEYS[1]) + 1 - ARGV[3]
local removed = surplus > 0 and redis.call('ZRANGE', KEYS[1], 0, surplus - 1) or {}
for _, hash in ipairs(removed) do
  redis.call('ZREM', KEYS[1], hash)
end
redis.call('ZADD', KEYS[1], ARGV[2], ARGV[1])
-- As long as the last of them; longest lives may differ when the setting was changed.
local ttl = ARGV[2] - now
if redis.call('PTTL', KEYS[1]) < ttl then
  redis.call('PEXPIRE', KEYS[1], ttl)
end
return removed
