--[[
Hands back what was delivered to a consumer but never reached it (its connection broke) or was not begun (it is
stopping). The messages are added anew, with the attempts that were really made, so nobody waits for a redelivery.

KEYS[1]   stream of the partition
ARGV[1]   consumer group
ARGV[2]   consumer
ARGV[3]   most messages to hand back
ARGV[4]   1 to remove the consumer from the group if nothing is left pending; removing it earlier would lose messages
ARGV[5…]  entry ids that it keeps

Result: how many messages were handed back.
]]
local group, consumer = ARGV[1], ARGV[2]
local kept = {}
for index = 5, #ARGV do
  kept[ARGV[index]] = true
end
local released = 0
for _, pending in ipairs(redis.call('XPENDING', KEYS[1], group, '-', '+', ARGV[3] + #ARGV - 4, consumer)) do
  local id, deliveries = pending[1], pending[4]
  if not kept[id] then
    local entry = redis.call('XRANGE', KEYS[1], id, id)[1]
    if entry then
      local command = { 'XADD', KEYS[1], '*' }
      local attempts, added = 0, id
      for index = 1, #entry[2], 2 do
        local field, value = entry[2][index], entry[2][index + 1]
        if field == 'attempts' then
          attempts = value
        elseif field == 'added' then
          added = value
        else
          command[#command + 1] = field
          command[#command + 1] = value
        end
      end
      for _, argument in ipairs({ 'attempts', attempts + deliveries - 1, 'added', added }) do
        command[#command + 1] = argument
      end
      redis.call(unpack(command))
      released = released + 1
    end
    redis.call('XACK', KEYS[1], group, id)
    redis.call('XDEL', KEYS[1], id)
  end
end
if ARGV[4] == '1' and #redis.call('XPENDING', KEYS[1], group, '-', '+', 1, consumer) == 0 then
  redis.call('XGROUP', 'DELCONSUMER', KEYS[1], group, consumer)
end
return released
