#![allow(clippy::unwrap_used)]

use super::*;

fn read(text: &str) -> (Told, BTreeMap<String, f64>) {
    let told = told(text).unwrap();
    let latencies = told.latencies_ms.iter().cloned().collect();
    (told, latencies)
}

#[test]
fn k6_in_both_of_its_forms() {
    let exported = r#"{"metrics": {
        "http_reqs": {"count": 6000, "rate": 99.9},
        "http_req_failed": {"passes": 6, "fails": 5994, "value": 0.001},
        "http_req_duration": {"avg": 12.5, "min": 1, "med": 10.1, "max": 480.2,
            "p(90)": 20.5, "p(95)": 30.25, "p(99.9)": 400}}}"#;
    let (told, latencies) = read(exported);
    assert_eq!((told.tool, told.requests), ("k6", Some(6000)));
    assert_eq!(told.error_percent, Some(0.1));
    assert_eq!((latencies["p95"], latencies["p50"]), (30.25, 10.1));
    assert_eq!(latencies["p99.9"], 400.0);
    let handled = r#"{"metrics": {
        "http_reqs": {"type": "counter", "values": {"count": 10, "rate": 1.5}},
        "http_req_failed": {"type": "rate", "values": {"rate": 0.5, "passes": 5, "fails": 5}},
        "http_req_duration": {"type": "trend", "values": {"avg": 2.5, "p(95)": 3}}}}"#;
    let (told, latencies) = read(handled);
    assert_eq!((told.rate, told.error_percent), (Some(1.5), Some(50.0)));
    assert_eq!((latencies["p95"], latencies["mean"]), (3.0, 2.5));
}

#[test]
fn oha_counts_in_seconds() {
    let text = r#"{"summary": {"successRate": 1.0, "total": 10.0, "slowest": 0.9, "fastest": 0.001,
            "average": 0.02, "requestsPerSec": 200.0},
        "latencyPercentiles": {"p50": 0.015, "p99": 0.4, "p99.9": 0.8},
        "statusCodeDistribution": {"200": 1990, "503": 8}, "errorDistribution": {"timeout": 2}}"#;
    let (told, latencies) = read(text);
    assert_eq!((told.tool, told.requests), ("oha", Some(2000)));
    // oha itself calls every answer a success.
    assert_eq!(told.error_percent, Some(0.5));
    assert_eq!((latencies["p99"], latencies["min"]), (400.0, 1.0));
}

#[test]
fn vegeta_counts_in_nanoseconds() {
    let text = r#"{"latencies": {"total": 237119463, "mean": 2371194, "50th": 2854306,
            "90th": 3228223, "95th": 3478629, "99th": 3530000, "max": 3660505, "min": 1949582},
        "requests": 100, "rate": 100.2, "throughput": 100.1, "success": 0.98,
        "status_codes": {"200": 98, "500": 2}, "errors": ["500 Internal Server Error"]}"#;
    let (told, latencies) = read(text);
    assert_eq!((told.tool, told.requests), ("vegeta", Some(100)));
    assert!((told.error_percent.unwrap() - 2.0).abs() < 1e-9);
    assert_eq!((latencies["p95"], latencies["max"]), (3.478_629, 3.660_505));
}

#[test]
fn wrk_and_wrk2_as_text() {
    let wrk = "Running 10s test @ http://127.0.0.1/\n  2 threads and 50 connections\n  \
               Thread Stats   Avg      Stdev     Max   +/- Stdev\n    Latency   980.00us    1.20ms  \
               2.01s    97.40%\n    Req/Sec    25.10k     1.00k   27.00k    70.00%\n  \
               Latency Distribution\n     50%    1.02ms\n     75%    1.10ms\n     90%    1.40ms\n     \
               99%    8.00ms\n  500000 requests in 10.00s, 80.00MB read\n  \
               Socket errors: connect 0, read 4, write 0, timeout 1\n  \
               Non-2xx or 3xx responses: 495\nRequests/sec:  50000.00\nTransfer/sec:      8.00MB\n";
    let (told, latencies) = read(wrk);
    assert_eq!(
        (told.tool, told.corrected, told.requests),
        ("wrk", false, Some(500_000))
    );
    assert_eq!(told.error_percent, Some(0.1));
    assert_eq!(
        (latencies["p99"], latencies["mean"], latencies["p50"]),
        (8.0, 0.98, 1.02)
    );
    let wrk2 = "    Latency     6.60ms    1.92ms  12.50ms   68.46%\n  \
                Latency Distribution (HdrHistogram - Recorded Latency)\n 50.000%    6.67ms\n \
                99.000%   11.00ms\n 99.990%   12.45ms\n\n  Detailed Percentile spectrum:\n       \
                Value   Percentile   TotalCount 1/(1-Percentile)\n  60018 requests in 30.00s\n\
                Requests/sec:   2000.28\n";
    let (told, latencies) = read(wrk2);
    assert_eq!((told.tool, told.corrected), ("wrk2", true));
    assert_eq!((latencies["p50"], latencies["p99.99"]), (6.67, 12.45));
}

#[test]
fn locust_has_a_table() {
    let text = "Type,Name,Request Count,Failure Count,Median Response Time,Average Response Time,\
                Min Response Time,Max Response Time,Average Content Size,Requests/s,Failures/s,50%,\
                66%,75%,80%,90%,95%,98%,99%,99.9%,99.99%,100%\n\
                GET,\"/a,b\",900,0,10,11.5,1,90,5,15,0,10,11,12,13,20,30,40,50,80,90,90\n\
                ,Aggregated,1000,5,10,12.5,1,900,5,16.7,0.1,10,11,12,13,20,35,40,55,800,900,900\n";
    let (told, latencies) = read(text);
    assert_eq!((told.tool, told.requests), ("locust", Some(1000)));
    assert_eq!((told.error_percent, told.rate), (Some(0.5), Some(16.7)));
    assert_eq!(
        (latencies["p95"], latencies["p99.9"], latencies["mean"]),
        (35.0, 800.0, 12.5)
    );
}

#[test]
fn anything_else_is_nothing() {
    for text in [
        "",
        "{}",
        "[]",
        "hello\nworld",
        "a,b\n1,2\n",
        "{\"metrics\": {}}",
    ] {
        assert_eq!(told(text), None, "{text:?}");
    }
}
