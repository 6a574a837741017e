//! Whose turn it is among weighted requests.

/// The order in which requests take turns, repeated: each as often as its weight says, spread as
/// evenly as can be ("smooth weighted round-robin", as nginx does it for its upstreams).
pub(super) fn turns(weights: &[u32]) -> Vec<u16> {
    let common = weights.iter().copied().fold(0, divisor).max(1);
    let weights: Vec<i64> = weights
        .iter()
        .map(|weight| i64::from(weight / common))
        .collect();
    let all: i64 = weights.iter().sum();
    let mut credit = vec![0_i64; weights.len()];
    let mut order = Vec::new();
    for _ in 0..all {
        for (credit, weight) in credit.iter_mut().zip(&weights) {
            *credit += weight;
        }
        // The first of the richest, so that the order is always the same.
        let mut best = 0;
        for at in 1..credit.len() {
            if credit.get(at) > credit.get(best) {
                best = at;
            }
        }
        if let Some(credit) = credit.get_mut(best) {
            *credit -= all;
        }
        order.push(u16::try_from(best).unwrap_or_default());
    }
    if order.is_empty() { vec![0] } else { order }
}

fn divisor(a: u32, b: u32) -> u32 {
    if b == 0 { a } else { divisor(b, a % b) }
}

#[cfg(test)]
mod tests {
    use super::turns;

    #[test]
    fn turns_follow_the_weights_and_are_spread() {
        assert_eq!(turns(&[1]), [0]);
        assert_eq!(turns(&[3, 3]), [0, 1]);
        assert_eq!(turns(&[50, 10, 10]), [0, 0, 1, 0, 2, 0, 0]);
        let order = turns(&[9000, 1000]);
        assert_eq!(order.len(), 10);
        assert_eq!(order.iter().filter(|turn| **turn == 1).count(), 1);
    }
}
