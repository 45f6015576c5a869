--[[
The figures of a partition, in constant time.

KEYS[1]  stream of the partition
KEYS[2]  delayed messages of the partition (sorted set)
KEYS[3]  dead letters of the partition (stream)
ARGV[1]  consumer group

Result: {messages in the stream, of these pending, ms since the oldest in the stream was added, ms since the oldest
pending was delivered, delayed messages, dead letters}. Times are by the server's clock, 0 if there is none.
]]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local function age(id)
  return id and math.max(0, now - id:match('^%d+')) or 0
end
-- The group may not exist yet, which is an error.
local pending = redis.pcall('XPENDING', KEYS[1], ARGV[1])
if pending.err then
  pending = { 0 }
end
local oldest = pending[2] and redis.call('XPENDING', KEYS[1], ARGV[1], pending[2], pending[2], 1)[1]
local first = redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', 1)[1]
return {
  redis.call('XLEN', KEYS[1]),
  pending[1],
  age(first and first[1]),
  oldest and oldest[3] or 0,
  redis.call('ZCARD', KEYS[2]),
  redis.call('XLEN', KEYS[3]),
}
