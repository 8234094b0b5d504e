//! Deleting several things at Harbor (docs/semantics.md, Repository): each is tried, what failed is listed, the rest is gone.

use api::Answer;
use harbor::{Deletion, Session};

/// Makes each deletion, beside the name by which `errors` calls what it deletes. The code is the first failure's. What is gone
/// already is a failure only if none was there. What is not tried any more is listed too.
pub(crate) async fn all(session: &Session<'_>, deletions: Vec<(String, Deletion)>) -> api::Result {
    let (names, deletions) = deletions.into_iter().unzip();
    outcome(names, session.delete(deletions).await)
}

/// `results` are in the order of the names, and fewer where no more were tried.
fn outcome(names: Vec<String>, results: Vec<Result<(), harbor::Error>>) -> api::Result {
    let none_there = results.iter().all(|result| result.as_ref().is_err_and(harbor::Error::is_missing));
    let tried = results.len();
    let (mut first, mut failures) = (None, Vec::new());
    let mut names = names.into_iter();
    for (name, result) in names.by_ref().take(tried).zip(results) {
        match result {
            Err(error) if none_there || !error.is_missing() => {
                let error = api::Error::from(error);
                failures.push((name, error.message().to_owned()));
                first.get_or_insert(error);
            }
            _ => {}
        }
    }
    failures.extend(names.map(|name| (name, "not tried any more".to_owned())));
    first.map_or_else(|| Ok(Answer::success()), |error| Err(error.with_failures(failures)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(status: u16) -> Result<(), harbor::Error> {
        Err(harbor::Error::Refused { status, what: "delete the image", obstacle: "it is immutable" })
    }

    fn code(results: Vec<Result<(), harbor::Error>>) -> u16 {
        let names = (0..results.len()).map(|name| name.to_string()).collect();
        outcome(names, results).err().map_or(200, |error| error.status().as_u16())
    }

    #[test]
    fn the_code_is_the_first_failures() {
        assert_eq!(code(vec![Ok(()), refused(412), refused(403)]), 409);
        assert_eq!(code(vec![refused(403), Ok(()), refused(412)]), 403);
        assert_eq!(code(vec![Ok(()), Ok(())]), 200);
    }

    #[test]
    fn what_is_gone_is_a_failure_only_if_none_was_there() {
        assert_eq!(code(vec![refused(404), refused(404)]), 404);
        assert_eq!(code(vec![refused(404), Ok(())]), 200);
        assert_eq!(code(vec![refused(404), refused(412)]), 409);
    }

    #[test]
    fn what_was_not_tried_is_listed_too() {
        let names = ["a", "b", "c"].map(str::to_owned).to_vec();
        let error = outcome(names, vec![Ok(()), Err(harbor::Error::Silent)]).unwrap_err();
        assert_eq!((error.status().as_u16(), error.failures()), (504, vec!["b", "c"]));
    }
}
