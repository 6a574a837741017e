//! Header fields as conditions read them.

/// Fields whose values hold commas, so that they are no lists (RFC 9110, section 5.6.1; RFC 6265,
/// section 3).
const NO_LISTS: &[&str] = &[
    "set-cookie",
    "date",
    "expires",
    "last-modified",
    "retry-after",
    "sunset",
    "www-authenticate",
    "proxy-authenticate",
];

/// The lines of a field, in order.
pub(super) fn lines<'a>(headers: &'a [(String, String)], name: &str) -> Vec<&'a str> {
    headers
        .iter()
        .filter(|(field, _)| field.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.as_str())
        .collect()
}

/// The members of a field, over all its lines.
pub(super) fn members(headers: &[(String, String)], name: &str) -> Vec<String> {
    let lines = lines(headers, name);
    if NO_LISTS.contains(&name) {
        return lines.into_iter().map(str::to_owned).collect();
    }
    lines.into_iter().flat_map(split).collect()
}

/// Splits at commas outside quotes; empty members count for nothing.
fn split(line: &str) -> Vec<String> {
    let mut members = vec![String::new()];
    let mut quoted = false;
    let mut escaped = false;
    for c in line.chars() {
        match c {
            '"' if !escaped => quoted = !quoted,
            ',' if !quoted => {
                members.push(String::new());
                continue;
            }
            _ => {}
        }
        escaped = quoted && c == '\\' && !escaped;
        if let Some(member) = members.last_mut() {
            member.push(c);
        }
    }
    members
        .into_iter()
        .map(|member| member.trim().to_owned())
        .filter(|member| !member.is_empty())
        .collect()
}
