--[[
  Stores a new session. The server's clock sets its times, and decides on them ever after.

  A record is `<created at> <end of its longest life> <sealed contents>`, times in milliseconds since 1970.

  KEYS[1]  the session
  ARGV[1]  the sealed contents
  ARGV[2]  longest time without use, in milliseconds
  ARGV[3]  longest life, in milliseconds

  Result: { created at, end when unused, end of its longest life }
]]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local ends = now + ARGV[3]
local ttl = math.min(tonumber(ARGV[2]), tonumber(ARGV[3]))
redis.call('SET', KEYS[1], string.format('%d %d %s', now, ends, ARGV[1]), 'PX', ttl)
return { now, now + ttl, ends }
