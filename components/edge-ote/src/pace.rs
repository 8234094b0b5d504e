//! How work is cut, by the size of what comes back and by how slowly (docs/contracts/ote-center.md, "What bites"; the
//! figures are those of docs/design.md, "Remote work").

use crate::bindings::shim::{Cut, Work};

/// All answers of a command land in one object, which the center's store refuses above 1.5 MB.
const COMMAND_BYTES: usize = 1_000_000;
const MOST_CLUSTERS: usize = 50;
/// Nodes list their images.
const NODE_BYTES: usize = 16 << 10;
/// The answer to a deletion of pods repeats all of them.
const PODS_BYTES: usize = 32 << 10;

/// How a piece of work is cut.
pub(crate) fn of(work: &Work) -> Cut {
    let largest = match work {
        Work::Objects(objects) => objects.apply.iter().map(|object| object.body.len()).max().unwrap_or(0),
        Work::LabelNodes(_) => NODE_BYTES,
        Work::DeletePods(_) => PODS_BYTES,
    };
    // (clusters + 2) × twice the object
    let clusters = (COMMAND_BYTES / (2 * largest).max(1)).saturating_sub(2).clamp(1, MOST_CLUSTERS);
    Cut {
        clusters_per_ticket: u32::try_from(clusters).unwrap_or(1),
        answers_outstanding: 150,
        answers_per_deployment: 100,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bindings::shim::Objects;
    use crate::command::examples::{object, objects};

    fn clusters(bytes: usize) -> u32 {
        let mut big = object("deployments");
        big.body = "x".repeat(bytes);
        of(&Work::Objects(Objects { apply: vec![big], remove: vec![] })).clusters_per_ticket
    }

    #[test]
    fn fifty_clusters_share_a_ticket() {
        assert_eq!(of(&objects(1, 1)).clusters_per_ticket, 50);
        assert_eq!(of(&objects(0, 1)).clusters_per_ticket, 50);
        assert_eq!(clusters(4_096), 50);
    }

    #[test]
    fn a_command_stays_below_a_megabyte_with_all_its_answers() {
        for kilobytes in 1..=128_usize {
            let bytes = kilobytes << 10;
            let clusters = clusters(bytes) as usize;
            assert!((clusters + 2) * 2 * bytes <= COMMAND_BYTES, "{kilobytes} KiB: {clusters}");
        }
    }

    #[test]
    fn even_the_largest_object_goes_to_one_cluster() {
        assert_eq!(clusters(10 << 20), 1);
    }

    #[test]
    fn the_answers_awaited_are_limited() {
        let cut = of(&objects(1, 0));
        assert_eq!((cut.answers_outstanding, cut.answers_per_deployment), (150, 100));
    }
}
