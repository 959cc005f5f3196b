//! The words of a text by which it is found. Pure.

use std::collections::BTreeMap;

/// Letters of a word that count: an index takes no longer ones, and no language has them.
const LONGEST: usize = 60;
/// Words of a question; the rest is left to the look at the whole.
const MOST: usize = 16;

/// The words of folded texts, each with the weight of the heaviest text it stands in.
pub fn words(texts: &[(i32, String)]) -> BTreeMap<String, i32> {
    let mut found = BTreeMap::new();
    for (weight, text) in texts {
        for word in split(text) {
            let known = found.entry(word).or_insert(*weight);
            *known = (*known).max(*weight);
        }
    }
    found
}

/// The words of a folded question, each once.
pub fn asked(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for word in split(text) {
        if !words.contains(&word) && words.len() < MOST {
            words.push(word);
        }
    }
    words
}

fn split(text: &str) -> impl Iterator<Item = String> {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(|word| word.chars().take(LONGEST).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_counts_where_it_weighs_most() {
        let found = words(&[(8, "30-ct/tu".into()), (4, "dan van kheo, dan van 30".into())]);
        let found: Vec<(&str, i32)> = found.iter().map(|(word, weight)| (word.as_str(), *weight)).collect();
        assert_eq!(found, [("30", 8), ("ct", 8), ("dan", 4), ("kheo", 4), ("tu", 8), ("van", 4)]);
        assert_eq!(asked("dan van, dan"), ["dan", "van"]);
        assert_eq!(asked("% - /"), [""; 0]);
        assert_eq!(asked(&"a".repeat(100)), ["a".repeat(60)]);
    }
}
