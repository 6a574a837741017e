// A small service with the endpoints that Bakhmach's checklist speaks of. It listens on a free port
// of the loopback interface, prints its address as the first line, and ends with its standard input.
import { createServer } from "node:http";

const started = Date.now();
const token = process.env.SERVICE_TOKEN ?? "demo-token";

const page =
  '<!doctype html><title>Hub</title><img src="logo.png" alt="" loading="lazy">';

const answers = {
  "GET /": () => ({ status: 200, type: "text/html", body: page }),
  "GET /health": () => json({ status: "ok", version: "2.4.0", database: "ok", redis: "ok" }),
  "GET /openapi.json": () => json({ openapi: "3.1.0", info: { title: "Hub", version: "2.4.0" } }),
  "GET /app.js": () => ({ status: 200, type: "text/javascript", body: "console.info(1)" }),
  "POST /login": () => json({ error: "the form has no token" }, 403),
  "GET /api/sync/status": (request) =>
    request.headers.authorization === `Bearer ${token}`
      ? json({ status: "ok", lag_seconds: 3, records: 1834 })
      : json({ error: "who are you?" }, 401),
  "POST /api/sync": () => json({ accepted: true }, 202),
  "GET /metrics": () => ({
    status: 200,
    type: "text/plain; version=0.0.4",
    body: [
      `process_uptime_seconds ${(Date.now() - started) / 1000}`,
      'http_requests_total{status="200"} 184203',
      "process_resident_memory_bytes 187432960",
      "db_pool_size 20",
      "db_pool_in_use 7",
      "",
    ].join("\n"),
  }),
  // Prometheus, Grafana and the status page, as far as the checklist asks them.
  "GET /api/v1/query": (_, asked) => measured(asked.get("query") ?? ""),
  "GET /api/v1/rules": () => json({ status: "success", data: { groups: [{ rules }] } }),
  "GET /api/v1/alertmanagers": () =>
    json({ status: "success", data: { activeAlertmanagers: [{ url: "http://alerts:9093" }] } }),
  "GET /api/health": () => json({ database: "ok", version: "12.1.0" }),
  "GET /api/v2/scheduled-maintenances/upcoming.json": () =>
    json({ scheduled_maintenances: [{ scheduled_until: "2026-11-24T17:00:00Z" }] }),
};

const rules = [
  { name: "Errors", query: 'rate(http_requests_total{status="500"}[5m]) > 1' },
  { name: "Slow", query: "http_request_duration_seconds > 0.5" },
];

// Nothing grows, the newest sample is three seconds old, and what is counted is there.
function measured(query) {
  const value = query.startsWith("time()") ? 3 : query.includes("increase(") ? 0 : 1;
  const now = Date.now() / 1000;
  return json({
    status: "success",
    data: { resultType: "vector", result: [{ metric: {}, value: [now, String(value)] }] },
  });
}

function json(value, status = 200) {
  return { status, type: "application/json", body: JSON.stringify(value) };
}

const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
  const answer =
    answers[`${request.method} ${pathname}`]?.(request, searchParams) ??
    json({ error: "not found" }, 404);
  request.resume();
  response.writeHead(answer.status, {
    "content-type": answer.type,
    "cache-control": "public, max-age=60",
    "strict-transport-security": "max-age=63072000",
    "x-content-type-options": "nosniff",
    "x-ratelimit-limit": "100",
    "content-security-policy": "default-src 'none'",
  });
  response.end(answer.body);
});

server.listen(0, "127.0.0.1", () => {
  console.log(`http://127.0.0.1:${server.address().port}`);
});
process.stdin.on("end", () => server.close()).resume();
