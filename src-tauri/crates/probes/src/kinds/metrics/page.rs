//! Reading a page of metrics: Prometheus' text format, version 0.0.4 ("Exposition formats" of its
//! documentation), and OpenMetrics 1.0.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use crate::kinds::exact::exact_number;
use crate::kinds::series::{Labels, parse_labels, parse_name};

/// One line with a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sample {
    pub name: String,
    pub labels: Labels,
    /// As it was written.
    pub value: String,
    /// Its own time stamp, in seconds since 1970.
    pub seconds: Option<Decimal>,
}

/// A page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Page {
    pub samples: Vec<Sample>,
    /// Declared types by name.
    pub types: BTreeMap<String, String>,
}

impl Page {
    /// Reads a page; `open` when it says that it is OpenMetrics.
    ///
    /// # Errors
    /// What is wrong, with its line.
    pub fn read(text: &str, open: bool) -> Result<Self, String> {
        let mut page = Self::default();
        let mut ended = false;
        for (at, line) in text.lines().enumerate() {
            let line = line.trim();
            let wrong = |why: &str| format!("line {}: {why}", at + 1);
            if ended {
                return Err(wrong("something follows `# EOF`"));
            }
            if line.is_empty() {
                continue;
            }
            if let Some(comment) = line.strip_prefix('#') {
                let mut words = comment.split_whitespace();
                match (words.next(), words.next(), words.next()) {
                    (Some("TYPE"), Some(name), Some(kind)) => {
                        page.types.insert(name.to_owned(), kind.to_owned());
                    }
                    (Some("EOF"), None, None) => ended = open,
                    _ => {}
                }
                continue;
            }
            let sample = sample(line, open).map_err(|why| wrong(&why))?;
            page.samples.push(sample);
        }
        if open && !ended {
            return Err("it does not end in `# EOF`, so a part of it is missing".to_owned());
        }
        if page.samples.is_empty() && page.types.is_empty() {
            return Err("it is empty".to_owned());
        }
        Ok(page)
    }
}

fn sample(line: &str, open: bool) -> Result<Sample, String> {
    let mut chars = line.chars().peekable();
    let name = parse_name(&mut chars).ok_or("it begins with no name")?;
    let mut blanks = || while chars.next_if(|c| c.is_whitespace()).is_some() {};
    blanks();
    let labels = parse_labels(&mut chars)?;
    let rest: String = chars.collect();
    // An exemplar of OpenMetrics stands after the sample.
    let rest = match rest.split_once(" # ") {
        Some((sample, _)) if open => sample,
        _ => rest.as_str(),
    };
    let mut words = rest.split_whitespace();
    let value = words.next().ok_or("there is no value")?;
    if value.parse::<f64>().is_err() {
        return Err(format!("`{value}` is not a number"));
    }
    let stamp = match words.next() {
        None => None,
        Some(text) => Some(exact_number(text).ok_or_else(|| format!("`{text}` is not a time"))?),
    };
    if let Some(more) = words.next() {
        return Err(format!("`{more}` stands after the sample"));
    }
    Ok(Sample {
        name,
        labels,
        value: value.to_owned(),
        seconds: match (stamp, open) {
            (Some(millis), false) => millis.checked_div(Decimal::ONE_THOUSAND),
            (seconds, _) => seconds,
        },
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn the_formats_own_examples_are_read() {
        let page = Page::read(
            "# HELP http_requests_total The total number of HTTP requests.\n\
             # TYPE http_requests_total counter\n\
             http_requests_total{method=\"post\",code=\"200\"} 1027 1395066363000\n\
             \n\
             # Escaping in label values:\n\
             msdos_file_access_time_seconds{path=\"C:\\\\DIR\\\\FILE.TXT\",error=\"Cannot find \\\"FILE.TXT\\\"\"} 1.458255915e9\n\
             metric_without_timestamp_and_labels 12.47\n\
             something_weird{problem=\"division by zero\"} +Inf -3982045\n\
             rpc_duration_seconds{quantile=\"0.01\",} NaN\n",
            false,
        )
        .unwrap();
        assert_eq!(page.samples.len(), 5);
        assert_eq!(page.types["http_requests_total"], "counter");
        assert_eq!(page.samples[0].seconds, Some(Decimal::from(1_395_066_363)));
        assert_eq!(page.samples[1].labels["path"], "C:\\DIR\\FILE.TXT");
        assert_eq!(page.samples[1].labels["error"], "Cannot find \"FILE.TXT\"");
        let open = Page::read(
            "# TYPE foo histogram\n\
             foo_bucket{le=\"0.1\"} 8 1520879607.789 # {trace=\"KOO\"} 0.043\n\
             # EOF\n",
            true,
        )
        .unwrap();
        assert_eq!(open.samples[0].value, "8");
        assert_eq!(
            open.samples[0].seconds,
            Some(Decimal::new(1_520_879_607_789, 3))
        );
    }

    #[test]
    fn what_is_no_page_is_refused() {
        for (text, open) in [
            ("<!doctype html>", false),
            ("{\"status\":\"ok\"}", false),
            ("", false),
            ("up", false),
            ("up one", false),
            ("up 1 2 3", false),
            ("up{a=\"1\" 1", false),
            ("up 1\n", true),
            ("up 1\n# EOF\nup 2\n", true),
        ] {
            assert!(Page::read(text, open).is_err(), "{text}");
        }
    }
}
