-- For wrk: requests the addresses in a file in turn, as browsers do, and prints the measurements as JSON. Each line of
-- the file is an address; every response must be 200.
local requests, turn, only = {}, 0, nil
wrong = 0 -- global: thread:get reads it

function setup(thread)
    only = thread
end

function init(args)
    for path in io.lines(args[1]) do
        requests[#requests + 1] = wrk.format("GET", path, { ["Accept-Encoding"] = "gzip, deflate, br" })
    end
end

function request()
    turn = turn % #requests + 1
    return requests[turn]
end

function response(answered)
    if answered ~= 200 then wrong = wrong + 1 end
end

function done(summary, latency)
    local errors = summary.errors
    io.write(string.format(
        '{"requests": %d, "seconds": %.6f, "p99": %.3f, "failed": %d}\n',
        summary.requests, summary.duration / 1e6, latency:percentile(99) / 1000,
        errors.connect + errors.read + errors.write + errors.timeout + only:get("wrong")
    ))
end
