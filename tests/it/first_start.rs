//! The first start: an empty folder, and everybody at once.

use harness::{Platform, Setup};

/// One path of each component, and what somebody without a token is answered there.
const PATHS: [&str; 6] = ["/v1/authorization", "/v1/business", "/v1/cluster", "/v1/node", "/v1/app", "/v1/deploy"];

/// Asks all components at once, 50 requests; their statuses.
fn fifty_requests(platform: &Platform) -> Vec<u16> {
    std::thread::scope(|scope| {
        let ask = |number: usize| platform.anonymous().get(PATHS[number % PATHS.len()]).status();
        let requests: Vec<_> = (0..50).map(|number| scope.spawn(move || ask(number))).collect();
        requests.into_iter().map(|request| request.join().unwrap()).collect()
    })
}

#[test]
fn fifty_first_requests_to_all_components_at_once_meet_no_error() {
    let platform = Setup::new("first-start").start();
    assert_eq!(fifty_requests(&platform), [401; 50]);
    let role = platform.admin().get("/v1/authorization").expect(200);
    assert_eq!(role.data()["role"], 4, "one administrator was made, with the password of the variable");
    assert_eq!(platform.admin().get("/v1/admin/user").expect(200).total(), 1);
}

#[test]
fn first_requests_with_a_token_meet_no_error_either() {
    let platform = Setup::new("first-requests").start();
    let admin = platform.admin();
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let ask = |number: usize| admin.get(PATHS[number % PATHS.len()]).status();
        let requests: Vec<_> = (0..50).map(|number| scope.spawn(move || ask(number))).collect();
        requests.into_iter().map(|request| request.join().unwrap()).collect()
    });
    assert_eq!(statuses, [200; 50]);
}
