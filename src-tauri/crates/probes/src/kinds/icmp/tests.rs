#![allow(clippy::unwrap_used, clippy::panic)]

use countersign_core::probe::Verdict;

use crate::testing::{Bench, observe};

/// Whether the kernel lets this process have the socket, by its own list of groups.
#[cfg(target_os = "linux")]
fn permitted() -> bool {
    let range = std::fs::read_to_string("/proc/sys/net/ipv4/ping_group_range").unwrap();
    let bounds: Vec<u32> = range
        .split_whitespace()
        .map(|n| n.parse().unwrap())
        .collect();
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    status
        .lines()
        .filter(|line| line.starts_with("Gid:") || line.starts_with("Groups:"))
        .flat_map(|line| line.split_whitespace().skip(1))
        .any(|group| (bounds[0]..=bounds[1]).contains(&group.parse().unwrap()))
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn this_machine_answers_or_the_missing_right_is_said() {
    let yaml = "probe: icmp\nhost: 127.0.0.1\ncount: 3\nexpect: [loss == 0%, sent == 3, received == 3, rtt_avg < 1s, address == 127.0.0.1]";
    let seen = observe(&Bench::default(), yaml).await;
    if permitted() {
        assert_eq!(seen.verdict, Verdict::Pass, "{seen:#?}");
        let points = &seen.saw["round_trips"]["lines"][0]["points"];
        assert_eq!(points.as_array().unwrap().len(), 3);
    } else {
        assert_eq!(seen.verdict, Verdict::Inconclusive, "{seen:#?}");
        assert!(seen.hint.unwrap().contains("ping_group_range"));
    }
}

/// Whether the loopback interface speaks IPv6: its address is in the kernel's own list.
#[cfg(target_os = "linux")]
fn speaks_v6() -> bool {
    let list = std::fs::read_to_string("/proc/net/if_inet6").unwrap_or_default();
    list.lines()
        .any(|line| line.starts_with("00000000000000000000000000000001 "))
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn this_machine_answers_over_ipv6_or_what_is_missing_is_said() {
    for host in ["'::1'", "'[::1]'"] {
        let yaml = format!(
            "probe: icmp\nhost: {host}\ncount: 3\nexpect: [loss == 0%, received == 3, address == '::1']"
        );
        let seen = observe(&Bench::default(), &yaml).await;
        if permitted() && speaks_v6() {
            assert_eq!(seen.verdict, Verdict::Pass, "{seen:#?}");
        } else {
            assert_eq!(seen.verdict, Verdict::Inconclusive, "{seen:#?}");
            assert!(seen.hint.is_some(), "{seen:#?}");
        }
    }
}

#[tokio::test]
async fn silence_decides_nothing() {
    // TEST-NET-3 has no hosts (RFC 5737).
    let yaml = "probe: icmp\nhost: 203.0.113.7\ncount: 1\ntimeout: 1s\nexpect: loss < 100%";
    let seen = observe(&Bench::default(), yaml).await;
    assert_eq!(seen.verdict, Verdict::Inconclusive, "{seen:#?}");
    assert!(seen.hint.is_some());
}
