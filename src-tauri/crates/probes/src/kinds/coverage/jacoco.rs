//! JaCoCo's XML, <https://www.jacoco.org/jacoco/trunk/coverage/report.dtd>.

use super::count::{Count, Counted, Sum};
use super::xml::{Element, Step, walk};

/// Adds a report. Its counters stand at every level; those of packages are taken, and of the whole
/// report those that stand directly under its root.
pub(super) fn read(counted: &mut Counted, bytes: &[u8]) -> Result<(), String> {
    let mut path: Vec<String> = Vec::new();
    let mut package = String::new();
    let mut of_package = Sum::default();
    let mut of_all: Option<Sum> = None;
    let mut packages = Sum::default();
    walk(bytes, &mut |step| {
        match step {
            Step::Open(element) => {
                match (element.name, path.last().map(String::as_str)) {
                    ("package", _) => {
                        package = element.text("name").unwrap_or_default();
                        of_package = Sum::default();
                    }
                    ("counter", Some("package")) => count(&mut of_package, element)?,
                    ("counter", Some("report")) => {
                        count(of_all.get_or_insert_default(), element)?;
                    }
                    _ => {}
                }
                path.push(element.name.to_owned());
            }
            Step::Close(closed) => {
                path.pop();
                if closed == "package" {
                    counted.package(&package.replace('/', "."), of_package);
                    packages = packages.and(of_package);
                }
            }
        }
        Ok(())
    })?;
    counted.stated = counted.stated.and(of_all.unwrap_or(packages));
    counted.formats.insert("jacoco");
    Ok(())
}

fn count(sum: &mut Sum, element: &Element<'_>) -> Result<(), String> {
    let (Some(missed), Some(covered)) = (element.number("missed"), element.number("covered"))
    else {
        return Err("has a counter without numbers".to_owned());
    };
    let count = Count {
        covered,
        total: covered.saturating_add(missed),
    };
    match element.text("type").as_deref() {
        Some("LINE") => sum.line = sum.line.and(count),
        Some("BRANCH") => sum.branch = sum.branch.and(count),
        Some("METHOD") => sum.function = sum.function.and(count),
        _ => {}
    }
    Ok(())
}
