//! What a healthy repository holds.

/// The release before: what is there already.
pub const BEFORE: &[(&str, &str)] = &[
    (
        ".gitignore",
        "reports/\nbuild/\n.env.production\ndashboard/.env.production\n",
    ),
    (
        "src/app.py",
        "def answer(cursor, key):\n    cursor.execute(\"select 1 where id = %s\", (key,))\n",
    ),
    (
        "src/app_test.py",
        "# TODO: more of them\nprint(\"tested\")\n",
    ),
    ("README.md", "# Hub\n"),
    ("docs/troubleshooting.md", "# Troubleshooting\n"),
];

/// What is part of the release.
const RELEASED: &[(&str, &str)] = &[
    (
        "README.md",
        "# Hub\n\nHow it is [deployed](docs/deployment.md) and [built](docs/architecture.md). \
         `scripts/deploy.sh` does it.\n",
    ),
    (
        "CHANGELOG.md",
        "# Changelog\n\n## [Unreleased]\n\n## [2.4.0] - 2026-11-20\n\n### Added\n\n- Search.\n\n\
         ### Fixed\n\n- Two typing errors.\n\n## [2.3.0] - 2026-10-02\n\n### Added\n\n- Chat.\n",
    ),
    (
        "pyproject.toml",
        "[project]\nname = \"hub\"\nversion = \"2.4.0\"\n",
    ),
    (
        "docs/architecture.md",
        "# Architecture\n\n[The sources](../src/app.py).\n",
    ),
    (
        "docs/deployment.md",
        "# Deployment\n\n[How to go back](rollback.md).\n",
    ),
    (
        "docs/development.md",
        "# Development\n\n[The sources](../src/app.py).\n",
    ),
    (
        "docs/rollback.md",
        "# Rollback\n\nRun [this](../scripts/rollback.sh).\n",
    ),
    (
        "docs/rollout.md",
        "# Rollout\n\nSee [the canary](../deploy/canary.json).\n",
    ),
    (
        "docs/troubleshooting.md",
        "# Troubleshooting\n\nSee [how to go back](rollback.md).\n",
    ),
    (
        "docs/IMPLEMENTATION_GUIDES.md",
        "# Guides\n\nSee [the deployment](deployment.md).\n",
    ),
    ("docs/api/openapi.yaml", "openapi: 3.1.0\n"),
    (
        "docs/screenshots/search.svg",
        "<svg xmlns='http://www.w3.org/2000/svg'/>\n",
    ),
    (
        "docs/retrospectives/2.4.0.md",
        "# 2.4.0\n\nWhat went well: the rehearsal on staging took eleven minutes and showed the two \
         settings that nobody had written down. What did not: the maps were cached for an hour \
         longer than announced. Next time the cache is emptied with the deployment.\n",
    ),
    (
        "migrations/20261114_search.sql",
        "create index records on sync_records (at);\n",
    ),
    (
        "migrations/validate.sql",
        "select count(*) from sync_records;\n",
    ),
    (
        "migrations/README.md",
        "# Migrations\n\n[The newest](20261114_search.sql).\n",
    ),
    ("deploy/canary.json", "{\"weight\": 5}\n"),
    ("SECURITY_CHECKLIST.md", "# Security\n"),
    (".secrets-baseline", "# none is known\n"),
    (
        "fastlane/metadata/en-US/description.txt",
        "The hub of your town.\n",
    ),
    (
        "Makefile",
        "lint:\n\t@! grep -rnE '[[:blank:]]+$$' src\n\n.PHONY: lint\n",
    ),
    (
        "scripts/validate_secrets.sh",
        "#!/bin/sh\n# The token's secret is there and long enough.\n\
         secret=$(sed -n 's/^JWT_SECRET=//p' .env.production)\n[ \"${#secret}\" -ge 64 ]\n",
    ),
    ("scripts/rollback.sh", "#!/bin/sh\nexit 1\n"),
    ("scripts/deploy.sh", "#!/bin/sh\nexit 1\n"),
];

/// The environment's variables, their values in production and in the example.
const VARIABLES: &[(&str, &str, &str)] = &[
    ("API_URL", "https://api.hub.test", "https://api.example.org"),
    (
        "WS_URL",
        "wss://api.hub.test/ws",
        "wss://api.example.org/ws",
    ),
    ("CDN_URL", "https://cdn.hub.test", "https://cdn.example.org"),
    (
        "CORS_ORIGINS",
        "https://hub.test,https://dashboard.hub.test",
        "https://example.org",
    ),
    ("SESSION_TIMEOUT", "3600", "1800"),
    ("MAX_UPLOAD_SIZE", "10485760", "1048576"),
    (
        "JWT_SECRET",
        "q7Hn2vYx0cRkW9sLdE4tZgUa81bPfMi6oJ5yNQeB3hXrTzKuVmGpAwCjSDlFO7Ik",
        "change-me",
    ),
    (
        "JWT_REFRESH_SECRET",
        "Zt4LrP9uXw2KyBnV7sQfHjD0aMcE6gIiOo5eTl8RdYhUxCkGpNbJmS1vWzA3qF27",
        "change-me-too",
    ),
    (
        "DB_PASSWORD",
        "u3XkP0vT9rYq5WzN8sBdGf2LhCjMeAaK",
        "change-me",
    ),
    (
        "DB_REPLICA_PASSWORD",
        "n6RsJ1tWc8QyVd4ZoHgMbKx7FpLe2UiA",
        "change-me",
    ),
    (
        "GOOGLE_CLIENT_ID",
        "418802233107-stage.apps.googleusercontent.test",
        "your-client-id",
    ),
    (
        "GOOGLE_CLIENT_SECRET",
        "Wq83kdPz0Lm5Tn1Vb7Xc",
        "your-client-secret",
    ),
    ("APPLE_CLIENT_ID", "test.hub.signin", "your-client-id"),
    (
        "APPLE_CLIENT_SECRET",
        "Bv6Hs2Jr9Ky4Ng8Fd3Mw",
        "your-client-secret",
    ),
    ("FIREBASE_PROJECT_ID", "hub-stage", "your-project"),
    (
        "FIREBASE_CLIENT_EMAIL",
        "push@hub-stage.iam.gserviceaccount.test",
        "your-email",
    ),
    (
        "FIREBASE_PRIVATE_KEY",
        "Ck5Zr8Tq1Xs4Vw7Yu0Pm3Nb6",
        "your-key",
    ),
    ("MINIO_ACCESS_KEY", "hub-uploads", "minio"),
    ("MINIO_SECRET_KEY", "Hd7Lx2Qm9Vc4Rt6Kw1Zs8Nf3", "change-me"),
];

/// Reports in JUnit's form, all with tests that are good.
const JUNIT: &[&str] = &[
    "unit",
    "mypy",
    "e2e",
    "backend-unit",
    "backend-integration",
    "mobile-widget",
    "mobile-integration",
    "dashboard-components",
    "smoke-staging",
    "smoke-production",
    "contract",
    "e2e/admin-login",
    "e2e/registration",
    "e2e/posts",
    "e2e/comments",
    "e2e/images",
    "e2e/search",
    "e2e/business",
    "e2e/chat",
];

/// Reports in SARIF, all without findings.
const SARIF: &[&str] = &["security", "dependencies", "audit", "gitleaks", "dead-code"];

/// Results that others push, and their metrics.
const PUSHED: &[(&str, &str)] = &[
    ("load", r#""errors":"0.02%","users":1200"#),
    ("rollback-drill", ""),
    ("end-to-end", r#""failed":0"#),
    ("restore", ""),
    ("migration-rollback", ""),
    ("staging", r#""failed":0"#),
    ("build-backend", r#""profile":"release""#),
    ("build-dashboard", r#""profile":"release""#),
    ("build-ios", r#""configuration":"Release""#),
    ("build-android", r#""configuration":"Release""#),
    ("submit-ios", r#""version":"2.4.0""#),
    ("submit-android", r#""version":"2.4.0""#),
];

/// What load tests measured: locust's own table, and k6's summary.
const LOADED: &[(&str, &str)] = &[
    (
        "load_stats.csv",
        "Type,Name,Request Count,Failure Count,Median Response Time,Average Response Time,\
         Min Response Time,Max Response Time,Average Content Size,Requests/s,Failures/s,\
         50%,66%,75%,80%,90%,95%,98%,99%,99.9%,99.99%,100%\n\
         GET,/health,74400,15,31,38.2,4,612,92,1240.0,0.25,31,38,44,51,97,142,260,390,540,601,612\n\
         ,Aggregated,74400,15,31,38.2,4,612,92,1240.0,0.25,31,38,44,51,97,142,260,390,540,601,612\n",
    ),
    (
        "performance.json",
        r#"{"metrics":{"http_req_duration":{"avg":88.1,"min":6.2,"med":71.4,"max":913.0,"p(90)":201.3,"p(95)":310.2},"http_reqs":{"count":36000,"rate":600.0},"http_req_failed":{"passes":90,"fails":35910,"value":0.0025}}}"#,
    ),
];

/// Reports of coverage and how many of 1,000 lines are reached.
const COVERAGE: &[(&str, u32)] = &[("coverage", 912), ("backend-coverage", 843)];

/// Everything that is committed with the release, by path.
pub fn released() -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> = RELEASED
        .iter()
        .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()))
        .collect();
    let example = VARIABLES
        .iter()
        .map(|(name, _, value)| format!("{name}={value}\n"));
    all.push((".env.example".to_owned(), example.collect()));
    let dashboard = "VITE_API_URL=https://api.example.org\n";
    all.push(("dashboard/.env.example".to_owned(), dashboard.to_owned()));
    all
}

/// Everything that git does not know, by path.
pub fn ignored() -> Vec<(String, String)> {
    let production = VARIABLES
        .iter()
        .map(|(name, value, _)| format!("{name}={value}\n"));
    let dashboard = "VITE_API_URL=https://api.hub.test\n";
    let mut all = vec![
        (".env.production".to_owned(), production.collect()),
        ("dashboard/.env.production".to_owned(), dashboard.to_owned()),
    ];
    let mut report = |name: &str, ending: &str, text: String| {
        all.push((format!("reports/{name}.{ending}"), text));
    };
    for name in JUNIT {
        report(name, "xml", junit(name));
    }
    for name in SARIF {
        report(name, "sarif", sarif(name));
    }
    for (name, metrics) in PUSHED {
        let text = format!("{{\"verdict\":\"pass\",\"metrics\":{{{metrics}}}}}\n");
        report(name, "json", text);
    }
    for (name, text) in LOADED {
        let (name, kind) = name.split_once('.').unwrap_or((name, ""));
        report(name, kind, (*text).to_owned());
    }
    for (name, reached) in COVERAGE {
        report(name, "xml", cobertura(*reached));
    }
    all
}

fn junit(name: &str) -> String {
    format!(
        "<testsuites><testsuite name=\"{name}\" tests=\"3\" failures=\"0\" errors=\"0\">\n\
         <testcase name=\"one\" time=\"0.1\"/>\n<testcase name=\"two\" time=\"0.1\"/>\n\
         <testcase name=\"three\" time=\"0.1\"/>\n</testsuite></testsuites>\n"
    )
}

fn sarif(tool: &str) -> String {
    format!(
        "{{\"version\":\"2.1.0\",\"runs\":[{{\"tool\":{{\"driver\":{{\"name\":\"{tool}\"}}}},\"results\":[]}}]}}\n"
    )
}

/// A report of coverage in Cobertura's form.
pub fn cobertura(reached: u32) -> String {
    let lines: String = (1..=1000)
        .map(|line| {
            format!(
                "<line number=\"{line}\" hits=\"{}\"/>\n",
                u8::from(line <= reached)
            )
        })
        .collect();
    format!(
        "<coverage line-rate=\"0.{reached}\"><packages><package name=\"hub\"><classes>\
         <class name=\"app\" filename=\"src/app.py\"><lines>\n{lines}</lines></class>\
         </classes></package></packages></coverage>\n"
    )
}
