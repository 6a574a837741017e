//! lcov's tracefile, as `geninfo(1)` describes it under FILES.

use super::count::{Count, Counted, Source, Sum, folder};

/// Adds a report.
pub(super) fn read(counted: &mut Counted, bytes: &[u8]) -> Result<(), String> {
    let text = std::str::from_utf8(bytes).map_err(|_| "is not UTF-8 text".to_owned())?;
    let mut open: Option<Record> = None;
    let mut records = 0_u64;
    for (at, line) in text.lines().enumerate() {
        let line = line.trim();
        if line == "end_of_record" {
            if let Some(record) = open.take() {
                record.close(counted);
                records += 1;
            }
            continue;
        }
        let Some((key, rest)) = line.split_once(':') else {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            return Err(if records == 0 {
                super::unknown()
            } else {
                format!("has a line {} that lcov does not write", at + 1)
            });
        };
        if key == "SF" {
            if open.is_some() {
                return Err("has a record without an end".to_owned());
            }
            open = Some(Record::new(rest));
            continue;
        }
        if let Some(record) = &mut open {
            record
                .entry(key, rest)
                .ok_or_else(|| format!("has a line {} that lcov does not write", at + 1))?;
        } else if key != "TN" && key != "VER" {
            return Err(super::unknown());
        }
    }
    if open.is_some() {
        return Err("ends within a record".to_owned());
    }
    if records == 0 {
        return Err("holds no record".to_owned());
    }
    counted.formats.insert("lcov");
    Ok(())
}

/// What stands between `SF` and `end_of_record`.
struct Record {
    path: String,
    source: Source,
    /// `LF`, `LH`, `BRF`, `BRH`, `FNF`, `FNH`.
    stated: [u64; 6],
}

impl Record {
    fn new(path: &str) -> Self {
        Self {
            path: path.to_owned(),
            source: Source::default(),
            stated: [0; 6],
        }
    }

    fn entry(&mut self, key: &str, rest: &str) -> Option<()> {
        let mut parts = rest.split(',');
        match key {
            "DA" => {
                let line = parts.next()?.parse().ok()?;
                let hits: i64 = parts.next()?.trim().parse().ok()?;
                self.source.line(line, hits > 0);
            }
            "BRDA" => {
                let line: u64 = parts.next()?.parse().ok()?;
                let rest: Vec<&str> = parts.collect();
                let (taken, name) = rest.split_last()?;
                // `-`: the line of the branch was never reached.
                let taken = *taken != "-" && taken.trim().parse::<i64>().ok()? > 0;
                self.source.branch(line, name.join(","), taken);
            }
            "FNDA" => {
                let (hits, name) = rest.split_once(',')?;
                let entered = hits.trim().parse::<i64>().ok()? > 0;
                self.source.function(name.to_owned(), entered);
            }
            _ => {
                let place = ["LF", "LH", "BRF", "BRH", "FNF", "FNH"]
                    .iter()
                    .position(|known| *known == key);
                if let Some(slot) = place.and_then(|place| self.stated.get_mut(place)) {
                    *slot = rest.trim().parse().ok()?;
                }
            }
        }
        Some(())
    }

    fn close(self, counted: &mut Counted) {
        let [lines, reached, branches, taken, functions, entered] = self.stated;
        let package = folder(&self.path).to_owned();
        // A record may hold sums alone.
        let count = |listed: bool, covered, total| {
            if listed {
                Count::default()
            } else {
                Count::stated(covered, total).unwrap_or_default()
            }
        };
        let sums = Sum {
            line: count(!self.source.lines.is_empty(), reached, lines),
            branch: count(!self.source.branches.is_empty(), taken, branches),
            function: count(!self.source.functions.is_empty(), entered, functions),
        };
        counted.stated = counted.stated.and(sums);
        if sums != Sum::default() {
            counted.package(&package, sums);
        }
        let held = counted.source(&self.path, &package);
        for (line, reached) in self.source.lines {
            held.line(line, reached);
        }
        for ((line, name), taken) in self.source.branches {
            held.branch(line, name, taken);
        }
        for (name, entered) in self.source.functions {
            held.function(name, entered);
        }
    }
}
