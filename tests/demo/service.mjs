// A small service with the endpoints that Bakhmach's checklist speaks of. It listens on a free port
// of the loopback interface, prints its address as the first line, and ends with its standard input.
import { createServer } from "node:http";

const started = Date.now();
const token = process.env.SERVICE_TOKEN ?? "demo-token";

const answers = {
  "GET /": () => ({ status: 200, type: "text/html", body: "<!doctype html><title>Hub</title>" }),
  "GET /health": () => json({ status: "ok", version: "2.4.0", database: "connected" }),
  "GET /openapi.json": () => json({ openapi: "3.1.0", info: { title: "Hub", version: "2.4.0" } }),
  "GET /api/sync/status": (request) =>
    request.headers.authorization === `Bearer ${token}`
      ? json({ status: "idle", lag_seconds: 3, records: 1834 })
      : json({ error: "who are you?" }, 401),
  "POST /api/sync": () => json({ accepted: true }, 202),
  "GET /metrics": () => ({
    status: 200,
    type: "text/plain; version=0.0.4",
    body: `# TYPE process_uptime_seconds gauge\nprocess_uptime_seconds ${(Date.now() - started) / 1000}\n`,
  }),
  // Prometheus and Grafana, as far as the checklist asks them.
  "GET /-/healthy": () => ({ status: 200, type: "text/plain", body: "Healthy.\n" }),
  "GET /api/v1/rules": () =>
    json({ status: "success", data: { groups: [{ name: "errors", rules: [] }] } }),
  "GET /api/health": () => json({ database: "ok", version: "12.1.0" }),
};

function json(value, status = 200) {
  return { status, type: "application/json", body: JSON.stringify(value) };
}

const server = createServer((request, response) => {
  const path = new URL(request.url ?? "/", "http://localhost").pathname;
  const answer =
    answers[`${request.method} ${path}`]?.(request) ?? json({ error: "not found" }, 404);
  request.resume();
  response.writeHead(answer.status, {
    "content-type": answer.type,
    "cache-control": "public, max-age=60",
    "strict-transport-security": "max-age=63072000",
    "x-content-type-options": "nosniff",
    "content-security-policy": "default-src 'none'",
  });
  response.end(answer.body);
});

server.listen(0, "127.0.0.1", () => {
  console.log(`http://127.0.0.1:${server.address().port}`);
});
process.stdin.on("end", () => server.close()).resume();
