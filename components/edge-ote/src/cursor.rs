//! What `list` and `changes` hand out and take back: opaque to the caller, readable to whoever debugs.
//!
//! One kind may be several resources of the center's (workloads are deployments and daemonsets), each with a list and
//! a resource version of its own: texts hold one word for each, parted by blanks.

use crate::bindings::shim::Error;

/// Where the list of one resource stands.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Place {
    /// Nothing is read yet.
    Start,
    /// The next page begins at this token.
    At { revision: String, token: String },
    /// All is read.
    End { revision: String },
}

impl Place {
    /// The place after a page. Every page of a list says the first one's version.
    pub(crate) fn after(revision: String, token: String) -> Self {
        if token.is_empty() { Self::End { revision } } else { Self::At { revision, token } }
    }

    /// The version of the list that this is a place in; "" at its start.
    pub(crate) fn revision(&self) -> &str {
        match self {
            Self::Start => "",
            Self::At { revision, .. } | Self::End { revision } => revision,
        }
    }

    pub(crate) fn is_end(&self) -> bool {
        matches!(self, Self::End { .. })
    }
}

/// Reads `from` of a list of so many resources. A text that is not of our making is a page that is expired.
pub(crate) fn places(from: Option<&str>, resources: usize) -> Result<Vec<Place>, Error> {
    let Some(from) = from else {
        return Ok(vec![Place::Start; resources]);
    };
    let place = |word: &str| {
        let (revision, token) = word.split_once(',').filter(|(revision, _)| !revision.is_empty())?;
        Some(Place::after(revision.to_owned(), token.to_owned()))
    };
    let places: Option<Vec<_>> = from.split(' ').map(place).collect();
    places.filter(|places| places.len() == resources).ok_or(Error::Expired)
}

/// The text of places; None once all lists are read.
pub(crate) fn next(places: &[Place]) -> Option<String> {
    let word = |place: &Place| match place {
        Place::Start => ",".to_owned(),
        Place::At { revision, token } => format!("{revision},{token}"),
        Place::End { revision } => format!("{revision},"),
    };
    (!places.iter().all(Place::is_end)).then(|| join(places.iter().map(word)))
}

/// The text of the versions of lists or watches.
pub(crate) fn revision<'a>(revisions: impl Iterator<Item = &'a str>) -> String {
    join(revisions.map(str::to_owned))
}

/// Reads a revision of so many resources; one that is not of our making is expired.
pub(crate) fn revisions(revision: &str, resources: usize) -> Result<Vec<&str>, Error> {
    let words: Vec<_> = revision.split(' ').collect();
    if words.len() != resources || words.contains(&"") { Err(Error::Expired) } else { Ok(words) }
}

fn join(words: impl Iterator<Item = String>) -> String {
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(revision: &str, token: &str) -> Place {
        Place::after(revision.to_owned(), token.to_owned())
    }

    #[test]
    fn a_list_begins_at_the_start_of_every_resource() {
        assert_eq!(places(None, 2), Ok(vec![Place::Start, Place::Start]));
    }

    #[test]
    fn where_a_list_stands_survives_the_caller() {
        for stand in [vec![at("7", "abc=")], vec![at("7", "abc="), at("8", "")], vec![at("7", ""), at("8", "d,e")]] {
            let text = next(&stand).unwrap();
            assert_eq!(places(Some(&text), stand.len()), Ok(stand));
        }
    }

    #[test]
    fn a_list_ends_when_all_its_resources_do() {
        assert_eq!(next(&[at("7", ""), at("8", "")]), None);
    }

    #[test]
    fn a_page_or_revision_of_somebody_elses_is_expired() {
        for from in ["", "7", ",x", "7,a 8,b", "7,a "] {
            assert_eq!(places(Some(from), 1), Err(Error::Expired), "{from:?}");
        }
        for revision in ["", "7 8", "7 "] {
            assert_eq!(revisions(revision, 1), Err(Error::Expired), "{revision:?}");
        }
        assert_eq!(revisions("7 8", 2), Ok(vec!["7", "8"]));
    }
}
