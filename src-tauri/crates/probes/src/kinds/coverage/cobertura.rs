//! Cobertura's XML, <https://github.com/cobertura/cobertura/blob/master/cobertura/src/site/htdocs/xml/coverage-04.dtd>.

use super::count::{Count, Counted, Sum, folder};
use super::xml::{Element, Step, walk};

/// Adds a report.
pub(super) fn read(counted: &mut Counted, bytes: &[u8]) -> Result<(), String> {
    let mut package = String::new();
    let mut file = String::new();
    let mut root: Option<Sum> = None;
    let mut listed = false;
    let mut is_cobertura = false;
    walk(bytes, &mut |step| {
        let Step::Open(element) = step else {
            return Ok(());
        };
        match element.name {
            "coverage" => {
                is_cobertura |= element.text("line-rate").is_some();
                root = stated(element);
            }
            "packages" => is_cobertura = true,
            "package" => package = element.text("name").unwrap_or_default(),
            "class" => file = element.text("filename").unwrap_or_default(),
            "line" if !file.is_empty() => {
                line(counted, element, &package, &file)?;
                listed = true;
            }
            _ => {}
        }
        Ok(())
    })?;
    if !is_cobertura {
        return Err(super::unknown());
    }
    if let (false, Some(root)) = (listed, root) {
        counted.stated = counted.stated.and(root);
    }
    counted.formats.insert("cobertura");
    Ok(())
}

/// Lines stand under the class and again under its methods; each counts once.
fn line(
    counted: &mut Counted,
    element: &Element<'_>,
    package: &str,
    file: &str,
) -> Result<(), String> {
    let (Some(number), Some(hits)) = (element.number("number"), hits(element)) else {
        return Err(format!("has a line without number or hits in {file}"));
    };
    let package = if package.is_empty() {
        folder(file)
    } else {
        package
    };
    let source = counted.source(file, package);
    source.line(number, hits);
    // `condition-coverage="50% (1/2)"`; which of the two was taken it does not say.
    let conditions = element.text("condition-coverage").unwrap_or_default();
    let inside = conditions
        .split_once('(')
        .and_then(|(_, rest)| rest.split_once(')'))
        .and_then(|(inside, _)| inside.split_once('/'));
    if let Some((taken, of)) = inside
        && let (Ok(taken), Ok(of)) = (taken.trim().parse::<u64>(), of.trim().parse::<u64>())
    {
        for name in 0..of.min(10_000) {
            source.branch(number, name.to_string(), name < taken);
        }
    }
    Ok(())
}

/// Some tools write counts above what 64 bits hold; what is no number is not reached.
fn hits(element: &Element<'_>) -> Option<bool> {
    let text = element.text("hits")?;
    let digits = text.trim();
    (!digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()))
        .then(|| digits.bytes().any(|byte| byte != b'0'))
}

/// The sums of the root, for reports without lines.
fn stated(root: &Element<'_>) -> Option<Sum> {
    let lines = Count::stated(root.number("lines-covered")?, root.number("lines-valid")?)?;
    let branches = root
        .number("branches-covered")
        .zip(root.number("branches-valid"))
        .and_then(|(covered, valid)| Count::stated(covered, valid));
    Some(Sum {
        line: lines,
        branch: branches.unwrap_or_default(),
        function: Count::default(),
    })
}
