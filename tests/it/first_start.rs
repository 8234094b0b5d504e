//! The first start: an empty folder, and everybody at once.

use harness::{Client, Setup};

/// One path of each component.
const PATHS: [&str; 6] = ["/v1/authorization", "/v1/business", "/v1/cluster", "/v1/node", "/v1/app", "/v1/deploy"];

/// Asks all components at once, 50 requests; their statuses.
fn fifty_requests(client: &Client) -> Vec<u16> {
    std::thread::scope(|scope| {
        let ask = |number: usize| client.get(PATHS[number % PATHS.len()]).status();
        let requests: Vec<_> = (0..50).map(|number| scope.spawn(move || ask(number))).collect();
        requests.into_iter().map(|request| request.join().unwrap()).collect()
    })
}

#[test]
fn fifty_first_requests_to_all_components_at_once_meet_no_error() {
    let platform = Setup::new("first-start").start();
    assert_eq!(fifty_requests(&platform.anonymous()), [401; 50]);
    assert_eq!(fifty_requests(platform.admin()), [200; 50], "and the first ones with a token, which fill the mirror");
    let role = platform.admin().get("/v1/authorization").expect(200);
    assert_eq!(role.data()["role"], 4, "one administrator was made, with the password of the variable");
    assert_eq!(platform.admin().get("/v1/admin/user").expect(200).total(), 1);
}

#[test]
fn twenty_first_logins_and_registrations_at_once_meet_no_error() {
    let platform = Setup::new("first-logins").start();
    std::thread::scope(|scope| {
        for number in 0..20 {
            let platform = &platform;
            scope.spawn(
                move || if number % 2 == 0 { drop(platform.log_in("admin")) } else { drop(platform.pending_user()) },
            );
        }
    });
    assert_eq!(platform.admin().get("/v1/admin/user").expect(200).total(), 11);
}
