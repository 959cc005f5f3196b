//! The elements of a message without the content of its files: what reading makes and writing is made of. Pure.

use super::steps;

/// An element. Of its attributes no more is kept than is ever looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Element {
    /// Its local name.
    pub(super) name: String,
    /// The text in it, as it is written.
    pub(super) text: String,
    /// The elements in it, in their order.
    pub(super) children: Vec<Element>,
    /// Which of the payloads of the message stands here instead of a text.
    pub(super) payload: Option<usize>,
    /// The attribute `Algorithm`.
    pub(super) algorithm: Option<String>,
    /// Whether an attribute says that the document is secret.
    pub(super) is_secret: bool,
    /// Whether it belongs to the namespace of XML signatures.
    pub(super) is_dsig: bool,
}

impl Element {
    pub(super) fn new(name: &str, children: Vec<Self>) -> Self {
        Self { name: name.to_owned(), children, ..Self::default() }
    }

    pub(super) fn leaf(name: &str, text: impl Into<String>) -> Self {
        Self { name: name.to_owned(), text: text.into(), ..Self::default() }
    }

    /// The first child of a name.
    pub(super) fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    /// Calls back for this element and each below it, with its place.
    pub(super) fn visit(&self, at: &str, seen: &mut impl FnMut(&str, &Self)) {
        let at = format!("{at}/{}", self.name);
        steps::count(1);
        seen(&at, self);
        for child in &self.children {
            child.visit(&at, seen);
        }
    }
}

/// An element and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Node<'t> {
    pub(super) element: &'t Element,
    /// The names from the root, with a number where several have one name.
    pub(super) at: String,
}

impl<'t> Node<'t> {
    /// The children of a name, in their order.
    pub(super) fn all(&self, name: &str) -> Vec<Node<'t>> {
        let found: Vec<&Element> = self.element.children.iter().filter(|child| child.name == name).collect();
        steps::count(self.element.children.len());
        let many = found.len() > 1;
        let node = |(index, element)| {
            let number = if many { format!("[{}]", index + 1) } else { String::new() };
            Node { element, at: format!("{}/{name}{number}", self.at) }
        };
        found.into_iter().enumerate().map(node).collect()
    }
}
