-- What a script sees, by white list, and how it is run. Nothing of Python is reachable in here:
-- parameters come in as plain tables, and all that goes out is one text.

local load_json, load_intents, limits, names, params, mocking = ...
local load, pcall, xpcall, error, tostring = load, pcall, xpcall, error, tostring
local next, rawget, select, type = next, rawget, select, type
local raw_getmetatable, raw_setmetatable, getinfo = getmetatable, setmetatable, debug.getinfo
local find, format, gsub, match, sub = string.find, string.format, string.gsub, string.match, string.sub
local maxinteger, tointeger = math.maxinteger, math.tointeger
local concat, utf8_len, utf8_offset = table.concat, utf8.len, utf8.offset
local collect = collectgarbage

local MEMORY = "not enough memory"
local SOURCE = "=script"
local TEXT_BYTES = 1000
local FRAMES = 300

local lines, left_out = {}, 0
-- The first of the bounds that was passed: it ends the run, whatever pcall makes of it.
local passed

-- Text that is UTF-8 and at most so many characters.
local function clean(text, most)
  local cut = sub(text, 1, most * 4)
  while #cut > 0 and not utf8_len(cut) and #cut > most * 4 - 4 do
    cut = sub(cut, 1, -2)
  end
  if not utf8_len(cut) then
    cut = gsub(cut, "[\128-\255]", "?")
  end
  if utf8_len(cut) > most or #cut < #text then
    cut = sub(cut, 1, (utf8_offset(cut, most) or #cut + 1) - 1) .. "…"
  end
  return cut
end

-- The line of the script that is being run, seen from anything it has called.
local function line_now()
  for level = 2, FRAMES do
    local info = getinfo(level, "Sl")
    if not info then
      return nil
    elseif info.source == SOURCE and info.currentline > 0 then
      return info.currentline
    end
  end
end

-- Raises an error in the script's own line.
local function blame(kind, text)
  local line = line_now()
  if kind == "too_much" and not passed then
    passed = { kind = kind, text = text, line = line }
  end
  error(line and format("script:%d: %s", line, text) or text, 0)
end

local json = load_json(limits.levels)
local intents = load_intents(json, blame, limits)

-- One argument of log.info as text; a table as JSON, and nothing of the script runs for it.
local function shown(value)
  local kind = type(value)
  if kind == "string" then
    return value
  elseif kind == "table" then
    return json.encode(value, limits.log_characters * 4) or "(a table that cannot be shown)"
  elseif kind == "function" then
    return "(a function)"
  end
  return tostring(value)
end

local function info(...)
  if #lines >= limits.log_lines then
    left_out = left_out + 1
    return
  end
  local parts = {}
  for place = 1, select("#", ...) do
    parts[place] = shown((select(place, ...)))
  end
  lines[#lines + 1] = clean(concat(parts, " "), limits.log_characters)
end

local known = {}
for place = 1, #names do
  known[names[place]] = true
end

local function named(call, name)
  if type(name) ~= "string" then
    blame("runtime", call .. ": argument 1 must be a name, not a " .. type(name))
  elseif not known[name] then
    blame("runtime", call .. ": there is no parameter of that name; there are " .. concat(names, ", "))
  end
  return name
end

local function param(name)
  return params[named("param", name)]
end

-- Answers for param where nothing was given; outside tests it does nothing.
local function mock(name, value)
  if mocking and params[named("mock", name)] == nil then
    params[name] = value
  end
end

-- Metatables of tables only: that of all strings belongs to the environment.
local function safe_getmetatable(value)
  if type(value) == "table" then
    return raw_getmetatable(value)
  end
end

-- What runs when memory is collected would run outside the script, so it cannot be set.
local function safe_setmetatable(value, metatable)
  if type(value) ~= "table" then
    blame("runtime", "setmetatable: argument 1 must be a table, not a " .. type(value))
  elseif metatable ~= nil and type(metatable) ~= "table" then
    blame("runtime", "setmetatable: argument 2 must be a table or nil, not a " .. type(metatable))
  elseif metatable and (rawget(metatable, "__gc") ~= nil or rawget(metatable, "__close") ~= nil) then
    blame("runtime", "setmetatable: __gc and __close are not available")
  end
  return raw_setmetatable(value, metatable)
end

local function picked(from, list)
  local found = {}
  for name in string.gmatch(list, "%S+") do
    found[name] = from[name]
  end
  return found
end

local environment = picked(_G, "assert error ipairs next pairs pcall select tonumber tostring type xpcall")
environment.string = picked(string, "byte char find format gmatch gsub len lower match rep reverse sub upper")
environment.table = picked(table, "concat insert move pack remove sort unpack")
environment.math = picked(math, "abs acos asin atan ceil cos deg exp floor fmod huge log max maxinteger "
  .. "min mininteger modf pi rad random sin sqrt tan tointeger type ult")
environment.utf8 = picked(utf8, "char charpattern codepoint codes len offset")
environment.unpack = table.unpack
environment.getmetatable, environment.setmetatable = safe_getmetatable, safe_setmetatable
environment.param, environment.mock, environment.log = param, mock, { info = info }
for name, call in next, intents.calls do
  environment[name] = call
end
raw_getmetatable("").__index = environment.string

-- Names that people try, with what to do instead.
local absent = { print = "write log.info(...) instead" }
for name in string.gmatch(
  "os io debug package require load loadstring dofile loadfile coroutine collectgarbage python rawget rawset",
  "%S+"
) do
  absent[name] = "scripts have no access to it"
end

-- A second wall: what the script cannot reach is not there either.
for _, library in next, { string, table, math, utf8, os, io, debug, package, coroutine, python } do
  for name in next, library do
    library[name] = nil
  end
end
local globals = _G
for name in next, globals do
  globals[name] = nil
end

local problem

local function problem_of(text)
  local line, rest = match(sub(text, 1, TEXT_BYTES * 5), "^script:(%d%d?%d?%d?%d?%d?): (.*)$")
  rest = clean(rest or text, TEXT_BYTES)
  local hint = absent[match(rest, "global '([%w_]+)'") or ""]
  return {
    kind = "runtime",
    line = line and tointeger(line) or line_now(),
    text = hint and rest .. "; " .. hint or rest,
  }
end

-- Called where the error is, while the script's lines are still on the stack.
local function caught(trouble)
  if type(trouble) == "string" or type(trouble) == "number" then
    problem = problem_of(tostring(trouble))
  else
    local text = "the script raised a " .. type(trouble) .. " as its error; only text can be shown"
    problem = { kind = "runtime", text = text, line = line_now() }
  end
  return problem
end

local function answer(value)
  if left_out > 0 then
    lines[limits.log_lines] = format("… and %d more lines", left_out + 1)
  end
  json.lists[lines] = true
  local log = json.encode(lines, maxinteger)
  local asked = problem and "[]" or intents.answer()
  local wrong = problem and json.encode(problem, maxinteger) or "null"
  return format('{"intents":%s,"log":%s,"value":%s,"error":%s}', asked, log, problem and "null" or value, wrong)
end

local function run(source, dry)
  -- pcall, so that no handler of who called this adds a traceback to the text.
  local _, chunk, refusal = pcall(load, source, SOURCE, "t", environment)
  if type(chunk) ~= "function" then
    problem = problem_of(refusal or chunk)
    problem.kind = problem.text == MEMORY and "memory" or "syntax"
    return answer()
  end
  if dry then
    return answer("null")
  end
  local done, result = xpcall(chunk, caught)
  local value
  if not done and result ~= problem then
    -- Without the handler: memory ran out, or the handler had no room on the stack.
    problem = { kind = result == MEMORY and "memory" or "runtime", text = clean(tostring(result), TEXT_BYTES) }
    for name in next, environment do
      environment[name] = nil
    end
    chunk = nil
    collect()
  elseif passed then
    problem = passed
  elseif done then
    local wrong, kind
    value, wrong, kind = json.encode(result, limits.value_bytes)
    if not value then
      problem = { kind = kind, text = "the returned value: " .. wrong }
    end
  end
  return answer(value)
end

return run, json.lists
