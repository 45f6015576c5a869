--[[
Removes consumers that are gone from the group. Only those with nothing pending: removing a consumer discards what it
holds. A consumer that lives but was delivered nothing for so long may be among them (Redis 7.0 doesn't count its reads):
its next delivery makes it anew.

KEYS[1]  stream of the partition
ARGV[1]  consumer group
ARGV[2]  time without a sign of life after which a consumer counts as gone, ms

Result: how many were removed.
]]
local removed = 0
for _, consumer in ipairs(redis.call('XINFO', 'CONSUMERS', KEYS[1], ARGV[1])) do
  local facts = {}
  for index = 1, #consumer, 2 do
    facts[consumer[index]] = consumer[index + 1]
  end
  if facts.pending == 0 and facts.idle >= tonumber(ARGV[2]) then
    redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], facts.name)
    removed = removed + 1
  end
end
return removed
