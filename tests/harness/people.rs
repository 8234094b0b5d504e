//! Users of every role, made as people are: through the API.

use std::ops::Deref;
use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::{Value, json};

use crate::client::Client;
use crate::platform::{Platform, platform};

/// The password of all users here.
pub const PASSWORD: &str = "Suite-Passw0rd";

/// A number that no other test of this run has.
pub fn number() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// A name that no other test of this run has.
pub fn unique(prefix: &str) -> String {
    format!("{prefix}-{}", number())
}

/// What a new user is registered with.
#[derive(Debug, Clone)]
pub struct Person(Value);

impl Person {
    /// Somebody who wants to administer.
    pub fn administrator() -> Self {
        let number = number();
        Self(json!({
            "user": format!("user-{number}"), "password": PASSWORD, "phone": format!("+49{number:09}"),
            "realName": format!("User {number}"), "isAdmin": true,
        }))
    }

    /// Somebody who does not.
    pub fn general() -> Self {
        Self::administrator().with("isAdmin", json!(false))
    }

    /// With another value of a field.
    #[must_use]
    pub fn with(mut self, field: &str, value: impl Into<Value>) -> Self {
        self.0[field] = value.into();
        self
    }

    /// The request's body.
    pub fn body(&self) -> Value {
        self.0.clone()
    }

    /// Its user name.
    pub fn name(&self) -> &str {
        self.0["user"].as_str().unwrap_or_default()
    }
}

/// A user who has logged in, and the client that acts as it.
#[derive(Debug, Clone)]
pub struct User {
    /// Its id.
    pub id: u64,
    /// Its name.
    pub name: String,
    client: Client,
}

impl Deref for User {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

/// A business with its people.
#[derive(Debug)]
pub struct Tenant {
    /// The business's id.
    pub id: u64,
    /// The business's name.
    pub name: String,
    /// Its administrator, who asked for it.
    pub business_admin: User,
    /// One of its general users.
    pub general_user: User,
}

impl Tenant {
    /// A new business at the shared platform.
    pub fn new() -> Self {
        platform().tenant()
    }

    /// The namespace of its objects at the edges.
    pub fn namespace(&self) -> String {
        format!("ns{}", self.id)
    }
}

impl Default for Tenant {
    fn default() -> Self {
        Self::new()
    }
}

impl Platform {
    /// Somebody without a token.
    pub fn anonymous(&self) -> Client {
        Client::new(&self.url(), self.output().to_owned())
    }

    /// The first system administrator.
    #[track_caller]
    pub fn admin(&self) -> &Client {
        self.administrator.get_or_init(|| self.log_in("admin"))
    }

    /// A user with a new token.
    #[track_caller]
    pub fn log_in(&self, name: &str) -> Client {
        let client = self.anonymous();
        let login = client.post("/v1/authorization", json!({"user": name, "password": PASSWORD})).expect(200);
        client.with_token(login.body()["token"].as_str().unwrap_or_default())
    }

    /// Somebody who has registered and waits for approval: role 0.
    #[track_caller]
    pub fn pending_user(&self) -> User {
        let person = Person::administrator();
        let id = self.anonymous().post("/v1/user", person.body()).expect(200).id();
        User { id, client: self.log_in(person.name()), name: person.name().to_owned() }
    }

    /// Somebody who is approved and of no business: role 1.
    #[track_caller]
    pub fn approved_user(&self) -> User {
        let user = self.pending_user();
        self.admin().put(&format!("/v1/admin/user/{}", user.id), json!({"status": 1})).expect(200);
        user
    }

    /// A user made by an administrator, of that administrator's business.
    #[track_caller]
    pub fn sub_user(&self, by: &Client, person: &Person) -> User {
        let id = by.post("/v1/admin/user", person.body()).expect(200).id();
        User { id, client: self.log_in(person.name()), name: person.name().to_owned() }
    }

    /// A business with its administrator (role 3) and a general user (role 2).
    #[track_caller]
    pub fn tenant(&self) -> Tenant {
        let business_admin = self.approved_user();
        let name = unique("business");
        let business = json!({"name": name, "introduce": "cameras", "objective": "safety", "scale": "2 clusters"});
        let id = business_admin.post("/v1/business", business).expect(200).id();
        self.admin().put(&format!("/v1/business/id/{id}"), json!({"status": 1, "comment": "welcome"})).expect(200);
        let general_user = self.sub_user(&business_admin, &Person::general());
        Tenant { id, name, business_admin, general_user }
    }
}
