//! Lists: Harbor's pages have 100 rows at most, ours more.

use serde::de::DeserializeOwned;

use crate::call::{Answer, Call, not_understood};
use crate::{Error, Session};

/// Rows of a page at most: more is a 422.
const LARGEST_PAGE: u64 = 100;

/// Which rows of a list are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// Rows before them.
    pub offset: u64,
    /// How many; `None` for all that follow. The offset is a multiple of it.
    pub length: Option<u64>,
}

impl Span {
    /// Everything.
    pub const ALL: Self = Self { offset: 0, length: None };

    /// The size of Harbor's pages, and the first one.
    fn first(self) -> (u64, u64) {
        let size = self.length.unwrap_or(LARGEST_PAGE).clamp(1, LARGEST_PAGE);
        (size, self.offset / size + 1)
    }

    /// The last of Harbor's pages, of a list of so many rows.
    fn last(self, size: u64, total: u64) -> u64 {
        let end = self.length.map_or(total, |length| total.min(self.offset + length));
        end.div_ceil(size)
    }
}

/// Part of a list.
#[derive(Debug, PartialEq, Eq)]
pub struct Listed<T> {
    /// Its rows.
    pub rows: Vec<T>,
    /// How many the whole list has, under its filter.
    pub total: u64,
    /// Its pages disagree: the list changed meanwhile, or some pages were answered as to somebody else.
    pub(crate) torn: bool,
}

impl<T> Listed<T> {
    /// The rows under a filter that no name of Harbor's can contain. Harbor ignores case, and its names are lower case: so it is
    /// not even asked.
    pub(crate) fn none() -> Self {
        Self { rows: Vec::new(), total: 0, torn: false }
    }
}

/// Whether a name at Harbor can contain this.
pub(crate) fn can_be_in_name(part: &str) -> bool {
    part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"._-/".contains(&b))
}

/// What makes the call for a page out of `page=…&page_size=…`.
pub(crate) type PageCall<'a> = &'a (dyn Fn(&str) -> Call + Send + Sync);

impl Session<'_> {
    /// The rows of a list.
    pub(crate) async fn list<T: DeserializeOwned>(&self, span: Span, call: PageCall<'_>) -> Result<Listed<T>, Error> {
        let pages = self.pages(span, call).await?;
        let mut rows: Vec<T> = Vec::new();
        for page in &pages.rows {
            rows.extend(page.json::<Vec<T>>()?);
        }
        let (size, first) = span.first();
        let skip = usize::try_from(span.offset - (first - 1) * size).unwrap_or(usize::MAX);
        rows.drain(..skip.min(rows.len()));
        rows.truncate(span.length.map_or(usize::MAX, |length| usize::try_from(length).unwrap_or(usize::MAX)));
        Ok(Listed { rows, total: pages.total, torn: pages.torn })
    }

    /// Harbor's pages that hold a span. It knows no type of rows: there is one copy of it in a component.
    async fn pages(&self, span: Span, call: PageCall<'_>) -> Result<Listed<Answer>, Error> {
        let (size, first) = span.first();
        let page = |number: u64| call(&format!("page={number}&page_size={size}"));
        let head = self.call(&page(first)).await?;
        let total = head.total.ok_or_else(not_understood)?;
        let others = self.each((first + 1..=span.last(size, total)).map(page).collect()).await;
        let rows = std::iter::once(Ok(head)).chain(others).collect::<Result<Vec<_>, _>>()?;
        let torn = rows.iter().any(|page| page.total != Some(total));
        Ok(Listed { rows, total, torn })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pages(offset: u64, length: Option<u64>, total: u64) -> (u64, u64, u64) {
        let span = Span { offset, length };
        let (size, first) = span.first();
        (size, first, span.last(size, total))
    }

    #[test]
    fn a_small_page_is_one_of_harbors() {
        assert_eq!(pages(0, Some(10), 35), (10, 1, 1));
        assert_eq!(pages(20, Some(10), 35), (10, 3, 3));
        assert_eq!(pages(30, Some(10), 35), (10, 4, 4));
        assert_eq!(pages(990, Some(10), 35).2, 4, "beyond the end there is nothing more to ask for");
    }

    #[test]
    fn a_large_page_is_several_of_harbors() {
        assert_eq!(pages(0, Some(150), 1000), (100, 1, 2));
        assert_eq!(pages(150, Some(150), 1000), (100, 2, 3));
        assert_eq!(pages(150, Some(150), 210), (100, 2, 3));
    }

    #[test]
    fn everything_is_as_many_pages_as_it_takes() {
        assert_eq!(pages(0, None, 0), (100, 1, 0));
        assert_eq!(pages(0, None, 100), (100, 1, 1));
        assert_eq!(pages(0, None, 101), (100, 1, 2));
    }
}
