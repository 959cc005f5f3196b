//! Chance that is the same on every machine: `SplitMix64` (Steele, Lea and Flood, 2014), whole numbers only.
//!
//! Nine lines instead of a crate, because the order of the numbers is a promise here: the same seed must give the same
//! bytes with every later version too.

/// A stream of draws.
#[derive(Clone, Debug)]
pub(super) struct Draw(u64);

impl Draw {
    /// The stream of a number under a seed. Streams of neighbouring numbers have nothing in common.
    pub(super) fn new(seed: u64, stream: u64) -> Self {
        let mut start = Self(seed);
        let start = start.next() ^ stream.wrapping_mul(0xd134_2543_de82_ef95);
        let mut this = Self(start);
        this.next();
        this
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A whole number below another; 0 below 0.
    pub(super) fn below(&mut self, limit: usize) -> usize {
        let scaled = (u128::from(self.next()) * limit as u128) >> 64;
        // It is less than the limit, so it fits.
        usize::try_from(scaled).unwrap_or(0)
    }

    /// A whole number from one to another, both possible.
    pub(super) fn between(&mut self, first: usize, last: usize) -> usize {
        first + self.below((last + 1).saturating_sub(first))
    }

    /// Yes, so many times in a thousand.
    pub(super) fn permille(&mut self, share: usize) -> bool {
        self.below(1000) < share
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_are_those_of_the_published_generator() {
        // Of the reference implementation (Vigna, splitmix64.c) with the seed 1234567.
        let mut draw = Draw(1_234_567);
        let drawn: Vec<u64> = (0..3).map(|_| draw.next()).collect();
        assert_eq!(drawn, [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]);
    }

    #[test]
    fn draws_stay_within_their_limits_and_reach_them() {
        let mut draw = Draw::new(1, 1);
        let drawn: Vec<usize> = (0..1000).map(|_| draw.between(3, 5)).collect();
        assert!(drawn.iter().all(|n| (3..=5).contains(n)) && [3, 4, 5].iter().all(|n| drawn.contains(n)));
        assert_eq!(draw.below(0), 0);
        let yes = (0..10_000).filter(|_| draw.permille(120)).count();
        assert!((1100..1300).contains(&yes), "{yes}");
    }
}
