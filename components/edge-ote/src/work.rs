//! Work as steps: one command each, since a cluster has one attempt per command and commands may overtake each other
//! (docs/contracts/ote-center.md, "What bites").

use crate::bindings::shim::{Error, Work};

/// What one command asks of a cluster. The numbers count the work's objects, keys or nodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// Make object i of `apply`.
    Create(usize),
    /// Object i of `apply` is there: make it as wanted.
    Replace(usize),
    /// Object i of `apply` has no namespace: make it.
    Namespace(usize),
    /// Take object i of `remove` away.
    Remove(usize),
    /// Put the label on node i, or take it away.
    Label(usize),
    /// Node i has no labels at all: give it its first one.
    FirstLabel(usize),
    /// Delete the pods on node i.
    DeletePods(usize),
}

/// The first step; None where there is nothing to do.
pub(crate) fn first(work: &Work) -> Option<Step> {
    exists(
        work,
        match work {
            Work::Objects(objects) if objects.apply.is_empty() => Step::Remove(0),
            Work::Objects(_) => Step::Create(0),
            Work::LabelNodes(_) => Step::Label(0),
            Work::DeletePods(_) => Step::DeletePods(0),
        },
    )
}

/// The step after one that is done; None after the last.
pub(crate) fn after(work: &Work, step: Step) -> Option<Step> {
    let next = match step {
        Step::Create(i) | Step::Replace(i) => exists(work, Step::Create(i + 1)).unwrap_or(Step::Remove(0)),
        Step::Namespace(i) => Step::Create(i),
        Step::Remove(i) => Step::Remove(i + 1),
        Step::Label(i) | Step::FirstLabel(i) => Step::Label(i + 1),
        Step::DeletePods(i) => Step::DeletePods(i + 1),
    };
    exists(work, next)
}

/// The step at a position; None where the work has none. A position that is no step of this work is `invalid`.
pub(crate) fn at(work: &Work, position: &str) -> Result<Option<Step>, Error> {
    if position.is_empty() {
        return Ok(first(work));
    }
    let step = parse(position).and_then(|step| exists(work, step));
    step.map(Some).ok_or_else(|| Error::Invalid("the position is none of this work".to_owned()))
}

fn exists(work: &Work, step: Step) -> Option<Step> {
    let there = match (work, step) {
        (Work::Objects(o), Step::Create(i) | Step::Replace(i) | Step::Namespace(i)) => i < o.apply.len(),
        (Work::Objects(o), Step::Remove(i)) => i < o.remove.len(),
        (Work::LabelNodes(l), Step::Label(i)) => i < l.nodes.len(),
        (Work::LabelNodes(l), Step::FirstLabel(i)) => i < l.nodes.len() && l.value.is_some(),
        (Work::DeletePods(p), Step::DeletePods(i)) => i < p.nodes.len(),
        _ => false,
    };
    there.then_some(step)
}

impl std::fmt::Display for Step {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (name, i) = match self {
            Self::Create(i) => ("create", i),
            Self::Replace(i) => ("replace", i),
            Self::Namespace(i) => ("namespace", i),
            Self::Remove(i) => ("remove", i),
            Self::Label(i) => ("label", i),
            Self::FirstLabel(i) => ("first-label", i),
            Self::DeletePods(i) => ("delete-pods", i),
        };
        write!(f, "{name}:{i}")
    }
}

fn parse(position: &str) -> Option<Step> {
    let (name, i) = position.split_once(':')?;
    let i = i.parse().ok()?;
    Some(match name {
        "create" => Step::Create(i),
        "replace" => Step::Replace(i),
        "namespace" => Step::Namespace(i),
        "remove" => Step::Remove(i),
        "label" => Step::Label(i),
        "first-label" => Step::FirstLabel(i),
        "delete-pods" => Step::DeletePods(i),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::examples::{delete_pods, label_nodes, objects};

    #[test]
    fn objects_are_applied_in_order_and_then_removed_in_order() {
        let work = objects(2, 2);
        let mut steps = vec![first(&work).unwrap()];
        while let Some(step) = after(&work, steps[steps.len() - 1]) {
            steps.push(step);
        }
        assert_eq!(steps, [Step::Create(0), Step::Create(1), Step::Remove(0), Step::Remove(1)]);
    }

    #[test]
    fn nodes_are_taken_one_by_one() {
        let work = label_nodes(&["a", "b"], Some("true"));
        assert_eq!(first(&work), Some(Step::Label(0)));
        assert_eq!(after(&work, Step::FirstLabel(0)), Some(Step::Label(1)));
        assert_eq!(after(&work, Step::Label(1)), None);
        assert_eq!(after(&delete_pods(&["a", "b"]), Step::DeletePods(0)), Some(Step::DeletePods(1)));
    }

    #[test]
    fn work_without_anything_to_do_has_no_step() {
        for work in [objects(0, 0), label_nodes(&[], None), delete_pods(&[])] {
            assert_eq!(first(&work), None);
            assert_eq!(at(&work, ""), Ok(None));
        }
        assert_eq!(first(&objects(0, 1)), Some(Step::Remove(0)));
    }

    #[test]
    fn after_its_namespace_an_object_is_made() {
        assert_eq!(after(&objects(1, 0), Step::Namespace(0)), Some(Step::Create(0)));
    }

    #[test]
    fn a_position_survives_the_caller() {
        for (work, steps) in [
            (objects(2, 1), vec![Step::Create(1), Step::Replace(0), Step::Namespace(1), Step::Remove(0)]),
            (label_nodes(&["a", "b"], Some("true")), vec![Step::Label(1), Step::FirstLabel(0)]),
            (delete_pods(&["a", "b"]), vec![Step::DeletePods(1)]),
        ] {
            for step in steps {
                assert_eq!(at(&work, &step.to_string()), Ok(Some(step)));
            }
        }
    }

    #[test]
    fn a_position_of_other_work_is_invalid() {
        for position in ["create", "create:2", "create:-1", "create:1x", "label:0", "delete-pods:0", "x:0", " "] {
            assert!(matches!(at(&objects(2, 1), position), Err(Error::Invalid(_))), "{position:?}");
        }
    }
}
