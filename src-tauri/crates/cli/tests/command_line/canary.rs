//! A hostile checklist is opened, imported, previewed, linted, planned and exported, and nothing
//! hears of it: no connection, no DNS query, no process. Once somebody approves, everything does.

use std::net::{TcpListener, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use countersign_api::{App, AppOptions};

use crate::bench::{Bench, tool};

/// Everything that a checklist can name to be reached or run, set to tell when it is.
struct Trap {
    bench: Bench,
    checklist: String,
    heard: Arc<AtomicUsize>,
}

impl Trap {
    fn set() -> Self {
        let bench = Bench::new();
        let heard = Arc::new(AtomicUsize::new(0));
        let tcp = TcpListener::bind("127.0.0.1:0").unwrap();
        let web = tcp.local_addr().unwrap().port();
        let counted = Arc::clone(&heard);
        std::thread::spawn(move || {
            for _ in tcp.incoming() {
                counted.fetch_add(1, Ordering::SeqCst);
            }
        });
        let udp = UdpSocket::bind("127.0.0.1:0").unwrap();
        let names = udp.local_addr().unwrap().port();
        let counted = Arc::clone(&heard);
        std::thread::spawn(move || {
            let mut datagram = [0; 512];
            while udp.recv(&mut datagram).is_ok() {
                counted.fetch_add(1, Ordering::SeqCst);
            }
        });
        let ran = bench.path("ran");
        std::fs::create_dir(&ran).unwrap();
        let folder = bench.path("").display().to_string();
        tool(
            "git",
            &["init".as_ref(), "-q".as_ref(), folder.as_ref()],
            None,
        );
        let touch = |name: &str| format!("touch {}", ran.join(name).display());
        // A repository may name programs that git runs when it looks.
        let settings = std::fs::read_to_string(bench.path(".git/config")).unwrap();
        let monitor = format!("{settings}[core]\n\tfsmonitor = {}\n", touch("monitor"));
        bench.file(".git/config", monitor);
        bench.file(
            "README.md",
            format!("[page](http://127.0.0.1:{web}/page)\n"),
        );
        let script = bench.file("canary.sh", format!("#!/bin/sh\n{}\n", touch("script")));
        tool("chmod", &["+x".as_ref(), script.as_ref()], None);
        let sidecar = format!(
            "probes:\n  Sidecar:\n    probe: command\n    run: {}\n",
            touch("sidecar")
        );
        bench.file("hostile.countersign.yaml", sidecar);
        let checklist = bench.file("hostile.md", hostile(web, names, &touch));
        Self {
            bench,
            checklist,
            heard,
        }
    }

    /// Names of what ran, sorted.
    fn ran(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.bench.path("ran")).unwrap();
        let mut names: Vec<String> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    fn heard(&self) -> usize {
        self.heard.load(Ordering::SeqCst)
    }

    /// Every command that looks at a checklist or a run of it, in a good order.
    fn looks(&self, run: &str) -> Vec<Vec<String>> {
        let file = self.checklist.as_str();
        let out = |name: &str| self.bench.path(name).display().to_string();
        let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let mut looks = vec![
            words(&format!("inspect {file}")),
            words(&format!("lint {file}")),
            words(&format!("probe {file} --plan")),
            words(&format!("probe {file}")),
            words(&format!("run show {run}")),
            words(&format!("run probe {run} --plan")),
            words(&format!("run probe {run} --only all")),
            words(&format!("run adopt {run} {file} --plan")),
        ];
        let mut export = words(&format!("export {run} --md"));
        export.extend([out("report.md"), "--pdf".to_owned(), out("report.pdf")]);
        looks.push(export);
        looks
    }
}

/// A checklist with a probe of every kind that reaches out or runs something.
fn hostile(web: u16, names: u16, touch: &dyn Fn(&str) -> String) -> String {
    let (command, shell, rollback) = (touch("command"), touch("shell"), touch("rollback"));
    format!(
        r#"# Hostile ![logo](http://127.0.0.1:{web}/logo.png)

<img src="http://127.0.0.1:{web}/pixel.png"> <iframe src="http://127.0.0.1:{web}/"></iframe>

## Pre-deployment
- [ ] Web <!-- probe: http url=http://127.0.0.1:{web}/ -->
- [ ] Named <!-- probe: http url=http://canary.invalid:{web}/ -->
- [ ] Certificate <!-- probe: tls host=127.0.0.1 port={web} -->
- [ ] Port <!-- probe: tcp host=127.0.0.1 port={web} -->
- [ ] Name <!-- probe: dns name=canary.example server=127.0.0.1:{names} timeout=1s -->
- [ ] Database <!-- probe: postgres dsn="host=127.0.0.1 port={web} user=a sslmode=disable" -->
- [ ] Cache <!-- probe: redis host=127.0.0.1 port={web} -->
- [ ] Bucket <!-- probe: s3 url=http://127.0.0.1:{web} bucket=b -->
- [ ] Series <!-- probe: promql url=http://127.0.0.1:{web} query=up -->
- [ ] Page <!-- probe: metrics url=http://127.0.0.1:{web}/metrics select=up -->
- [ ] Links <!-- probe: links path=README.md hosts=127.0.0.1:{web} -->
- [ ] Repository <!-- probe: git -->
- [ ] Command
  ```yaml probe
  probe: command
  run: {command}
  ```
- [ ] Script
  ```yaml probe
  probe: command
  run: ./canary.sh
  ```
- [ ] Shell
  ```bash {{"probe": "command", "shell": true}}
  {shell}
  ```
- [ ] Sent
  ```yaml probe
  probe: http
  url: http://127.0.0.1:{web}/
  method: POST
  body: canary
  ```
- [ ] Sidecar

## Rollback Procedure
```bash
# 1. Go back
{rollback}
curl http://127.0.0.1:{web}/rollback
```

## Resources
- Guide: http://127.0.0.1:{web}/guide
"#
    )
}

#[test]
fn looking_at_a_hostile_checklist_is_heard_by_nobody_until_it_is_approved() {
    let trap = Trap::set();
    let run = trap.bench.start(&trap.checklist);
    for look in trap.looks(&run) {
        let said = trap.bench.ask(&look);
        assert!(said.code < 2, "{look:?}: {}{}", said.out, said.err);
    }
    // What the window does with it before anybody approves.
    let app = App::open(&AppOptions {
        store: trap.bench.path("window"),
        keychain: false,
    })
    .unwrap();
    let preview = app.checklist_preview(&trap.checklist, false).unwrap();
    assert_eq!(
        preview
            .items
            .iter()
            .filter(|item| !item.probes.is_empty())
            .count(),
        17
    );
    let view = app.run_create(preview.proposal).unwrap();
    let id = &view.head.run;
    for item in app.run_view(id).unwrap().items {
        for probe in &item.probes {
            app.probe_text(id, &item.id, &probe.hash, probe.line)
                .unwrap();
        }
    }
    app.checklist_change(id).unwrap();
    assert_eq!((trap.heard(), trap.ran()), (0, vec![]));

    // The same traps are heard as soon as somebody wants it: they can be.
    let plan = trap.bench.ask(["probe", &trap.checklist, "--plan"]).ok();
    let mut approved: Vec<String> = ["probe", &trap.checklist, "--approve-passive"]
        .map(str::to_owned)
        .into();
    for entry in plan["entries"].as_array().unwrap() {
        let hash = entry["hash"].as_str().unwrap();
        approved.extend(["--approve".to_owned(), hash.to_owned()]);
    }
    trap.bench.ask(&approved);
    assert!(trap.heard() >= 9, "{}", trap.heard());
    assert_eq!(trap.ran(), ["command", "script", "shell", "sidecar"]);
}

/// The same as the kernel sees it: one program, and no socket of the internet's families.
#[cfg(target_os = "linux")]
#[test]
fn looking_at_a_hostile_checklist_starts_no_process_and_opens_no_connection() {
    let trap = Trap::set();
    let run = trap.bench.start(&trap.checklist);
    let log = trap.bench.path("calls");
    let traced = |look: &[String]| {
        let own = trap.bench.command();
        let mut command = std::process::Command::new("strace");
        command.args([
            "-f",
            "-qq",
            "-e",
            "trace=execve,execveat,socket,connect,sendto",
            "-o",
        ]);
        command.arg(&log).arg(own.get_program());
        command.args(["--json", "--as", "Canary"]).args(look);
        command.current_dir(trap.bench.path(""));
        command.envs(
            own.get_envs()
                .filter_map(|(name, value)| Some((name, value?))),
        );
        let output = command.output().expect("strace, which .ci/setup installs");
        assert!(output.status.code() < Some(2), "{look:?}: {output:?}");
        std::fs::read_to_string(&log).unwrap()
    };
    for look in trap.looks(&run) {
        let calls = traced(&look);
        let programs = calls.lines().filter(|line| line.contains("execve"));
        assert_eq!(programs.count(), 1, "{look:?}:\n{calls}");
        assert!(!calls.contains("AF_INET"), "{look:?}:\n{calls}");
    }
    let running = ["probe", &trap.checklist, "--approve-passive"].map(str::to_owned);
    assert!(
        traced(&running).contains("AF_INET"),
        "the trace sees nothing"
    );
}

#[test]
fn one_changed_byte_of_a_probe_or_of_its_script_voids_the_approval() {
    let bench = Bench::new();
    let folder = bench.path("").display().to_string();
    tool(
        "git",
        &["init".as_ref(), "-q".as_ref(), folder.as_ref()],
        None,
    );
    let script = "#!/bin/sh\necho checked\n";
    let path = bench.file("check.sh", script);
    tool("chmod", &["+x".as_ref(), path.as_ref()], None);
    let checklist = "# A\n\n## B\n- [ ] Checked\n  ```yaml probe\n  probe: command\n  \
                     run: ./check.sh a1\n  ```\n";
    let file = bench.file("a.md", checklist);
    let plan = bench.ask(["probe", &file, "--plan"]).ok();
    let hash = plan["entries"][0]["hash"].as_str().unwrap().to_owned();
    let verdict = || {
        let said = bench.ask(["probe", &file, "--approve", &hash]).json();
        said["outcomes"][0]["result"]["verdict"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    assert_eq!(verdict(), "pass");
    let put = |name: &str, text: &str| std::fs::write(bench.path(name), text).unwrap();
    for other in [
        "./check.sh a2",
        "./check.sh a1 ",
        "./check.sh A1",
        "./check.sh a1 b",
    ] {
        put("a.md", &checklist.replace("./check.sh a1", other));
        // A blank at the end of the line is no change of what runs.
        let same = other.trim_end() == "./check.sh a1";
        assert_eq!(verdict() == "pass", same, "{other:?}");
    }
    put("a.md", checklist);
    for at in [3, 12, script.len() - 1] {
        let mut bytes = script.as_bytes().to_vec();
        bytes[at] ^= 1;
        std::fs::write(bench.path("check.sh"), bytes).unwrap();
        assert_eq!(verdict(), "skipped", "byte {at} of the script");
    }
    put("check.sh", script);
    assert_eq!(verdict(), "pass");
}
