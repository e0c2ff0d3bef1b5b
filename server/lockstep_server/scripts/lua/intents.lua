-- The intents: each is checked and turned into JSON when it is called, so that a refusal has a line.

local json, blame, limits = ...
local encode, lists = json.encode, json.lists
local next, rawget, type = next, rawget, type
local concat, sort = table.concat, table.sort
local find, sub, utf8_len = string.find, string.sub, utf8.len
local select = select

local gathered, bytes = {}, 0

local function described(value)
  if value == nil then
    return "nothing"
  end
  return type(value) == "table" and "a table" or "a " .. type(value)
end

local function gather(name, intent, data)
  if #gathered == limits.intents then
    blame("too_much", name .. ": a script may ask for at most " .. limits.intents .. " things")
  end
  local text, wrong, kind = encode(intent, limits.data_bytes)
  if not text then
    blame(kind, name .. ": " .. wrong)
  end
  if data then
    text = sub(text, 1, -2) .. ',"data":' .. data .. "}"
  end
  bytes = bytes + #text + 1
  if bytes > limits.intents_bytes then
    blame("too_much", name .. ": all that the script asks for has more than " .. limits.intents_bytes .. " bytes as JSON")
  end
  gathered[#gathered + 1] = text
end

-- A text that must be there, of at most `most` characters (or bytes).
local function text(name, what, value, most, unit)
  if type(value) ~= "string" then
    blame("runtime", name .. ": " .. what .. " must be text, not " .. described(value))
  end
  local characters = utf8_len(value)
  if not characters then
    blame("runtime", name .. ": " .. what .. " is text that is not UTF-8")
  elseif characters == 0 then
    blame("runtime", name .. ": " .. what .. " is empty")
  elseif (unit == "bytes" and #value or characters) > most then
    blame("too_much", name .. ": " .. what .. " has more than " .. most .. " " .. unit)
  end
  return value
end

local function id(name, what, value)
  return text(name, what, value, limits.name_characters, "characters")
end

local function optional(check, name, what, value, most, unit)
  if value == nil then
    return nil
  end
  return check(name, what, value, most, unit)
end

-- Users: one id, or a list of ids; nil is nil.
local function users(name, value)
  if value == nil then
    return nil
  end
  local found = {}
  lists[found] = true
  if type(value) == "string" then
    found[1] = id(name, "to", value)
    return found
  elseif type(value) ~= "table" then
    blame("runtime", name .. ": to must be a user's id or a list of them, not " .. described(value))
  end
  local count = 0
  for _ in next, value do
    count = count + 1
  end
  for place = 1, count do
    found[place] = id(name, "to[" .. place .. "]", rawget(value, place))
  end
  return found
end

local function data(name, what, value)
  local found, wrong, kind = encode(value, limits.data_bytes)
  if not found then
    blame(kind, name .. ": " .. what .. ": " .. wrong)
  end
  return found
end

-- The same for data that must be an object: text keys, or none.
local function object(name, what, value)
  if type(value) ~= "table" then
    blame("runtime", name .. ": " .. what .. " must be a table, not " .. described(value))
  end
  local found = data(name, what, value)
  if found == "[]" then
    return "{}"
  elseif sub(found, 1, 1) == "[" then
    blame("runtime", name .. ": " .. what .. " must have names for keys, as in {amount = 5}; this is a list")
  end
  return found
end

-- Refuses members that nobody reads; answers a copy that has no metatable.
local function members(name, value, known)
  local found = {}
  for key, member in next, value do
    if not known[key] then
      local names = {}
      for each in next, known do
        names[#names + 1] = each
      end
      sort(names)
      local readable = type(key) == "string" and #key <= 40 and find(key, "^[%w_]+$")
      local shown = readable and "'" .. key .. "'" or "of that name"
      blame("runtime", name .. ": there is no member " .. shown .. "; there are " .. concat(names, ", "))
    end
    found[key] = member
  end
  return found
end

local CHAT = { body = true, kind = true, data = true, schema = true, to = true }
local NOTIFY = { body = true, title = true, url = true, to = true }
local START = { step = true, to = true, data = true }

local function told(name, value, known)
  if type(value) == "string" then
    return { body = value }
  elseif type(value) ~= "table" then
    blame("runtime", name .. ": argument 1 must be text or a table, not " .. described(value))
  end
  return members(name, value, known)
end

local function chat(value)
  local given = told("chat", value, CHAT)
  gather("chat", {
    intent = "chat",
    body = text("chat", "body", given.body, limits.body_bytes, "bytes"),
    kind = optional(id, "chat", "kind", given.kind),
    schema = optional(id, "chat", "schema", given.schema),
    to = users("chat", given.to),
  }, given.data ~= nil and data("chat", "data", given.data) or nil)
end

local function notify(value)
  local given = told("notify", value, NOTIFY)
  gather("notify", {
    intent = "notify",
    body = text("notify", "body", given.body, limits.body_bytes, "bytes"),
    title = optional(text, "notify", "title", given.title, limits.title_characters, "characters"),
    url = optional(text, "notify", "url", given.url, limits.body_bytes, "bytes"),
    to = users("notify", given.to),
  })
end

local function start(workflow, options)
  id("start", "argument 1 (the workflow)", workflow)
  if options ~= nil and type(options) ~= "table" then
    blame("runtime", "start: argument 2 must be a table, not " .. described(options))
  end
  local given = members("start", options or {}, START)
  gather("start", {
    intent = "start",
    workflow = workflow,
    step = optional(id, "start", "step", given.step),
    to = users("start", given.to),
  }, given.data ~= nil and object("start", "data", given.data) or nil)
end

local function trigger(step)
  gather("trigger", { intent = "trigger", step = id("trigger", "argument 1 (the step)", step) })
end

local function task(state)
  gather("task", { intent = "task", state = id("task", "argument 1 (the state)", state) })
end

local function set(...)
  local name, value = ...
  if type(name) == "table" then
    return gather("set", { intent = "data" }, object("set", "argument 1", name))
  elseif type(name) ~= "string" then
    blame("runtime", "set: argument 1 must be a name or a table, not " .. described(name))
  elseif select("#", ...) < 2 then
    blame("runtime", "set: argument 2 (the value) is missing; nil empties a member")
  end
  id("set", "argument 1 (the name)", name)
  -- By hand, because a table of Lua cannot hold nil.
  local key = encode(name, limits.data_bytes)
  gather("set", { intent = "data" }, "{" .. key .. ":" .. data("set", "argument 2", value) .. "}")
end

return {
  calls = { chat = chat, notify = notify, start = start, trigger = trigger, task = task, set = set },
  -- The intents so far as a JSON array.
  answer = function()
    return "[" .. concat(gathered, ",") .. "]"
  end,
}
