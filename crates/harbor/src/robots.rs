//! Robots: accounts that can only pull from one project. No password of an account leaves for the edges; theirs do
//! (docs/semantics.md, Repository).

use http::Method;
use serde::Deserialize;
use serde_json::json;

use crate::call::{Call, encode};
use crate::{Error, Login, Session};

/// A robot that may pull from a project, with its secret, which Harbor shows once.
#[derive(Debug)]
pub struct Puller {
    /// Its id at Harbor: what to keep, for its name has a prefix that an operator may change.
    pub id: i64,
    /// Its name, prefix and all, and its secret.
    pub login: Login,
}

#[derive(Deserialize)]
struct Made {
    id: i64,
    name: String,
    secret: String,
}

#[derive(Deserialize)]
struct Robot {
    id: i64,
    name: String,
}

#[derive(Deserialize)]
struct Renewed {
    secret: String,
}

impl Session<'_> {
    /// Makes the robot of this name that may pull from a project, or, where there is one already whose secret nobody knows
    /// any more, gives it a new secret. A 403 where the account does not administer the project.
    pub async fn create_puller(&self, project_id: i64, project: &str, name: &str) -> Result<Puller, Error> {
        let body = json!({
            "name": name, "description": "pulls for otestack's edges", "level": "project", "duration": -1,
            "permissions": [{"kind": "project", "namespace": project, "access": [{"resource": "repository", "action": "pull"}]}],
        });
        let call = Call::new(Method::POST, "/robots", "make a robot that may pull").with_body(body);
        match self.call(&call).await {
            Ok(answer) => {
                let made: Made = answer.json()?;
                Ok(Puller { id: made.id, login: Login { user: made.name, password: made.secret } })
            }
            Err(error) if error.is_taken() => self.renew_puller(project_id, project, name, error).await,
            Err(error) => Err(error),
        }
    }

    /// The name of the robot with this id as it is now; `None` if it is gone, also with its project.
    pub async fn puller_name(&self, id: i64) -> Result<Option<String>, Error> {
        match self.call(&Call::get(format!("/robots/{id}"), "show the robot")).await {
            Ok(answer) => answer.json::<Robot>().map(|robot| Some(robot.name)),
            Err(error) if error.is_missing() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Harbor makes a new secret when it is sent none.
    async fn renew_puller(&self, project_id: i64, project: &str, name: &str, taken: Error) -> Result<Puller, Error> {
        let query = encode(&format!("Level=project,ProjectID={project_id}"));
        let call = Call::get(format!("/robots?q={query}&page=1&page_size=100"), "list the robots");
        let robots: Vec<Robot> = self.call(&call).await?.json()?;
        // `robot$project+name`, with another prefix where an operator wants it.
        let ending = format!("{project}+{name}");
        let robot = robots.into_iter().find(|robot| robot.name.ends_with(&ending)).ok_or(taken)?;
        let call = Call::new(Method::PATCH, format!("/robots/{}", robot.id), "renew the robot's secret");
        let renewed: Renewed = self.call(&call.with_body(json!({}))).await?.json()?;
        Ok(Puller { id: robot.id, login: Login { user: robot.name, password: renewed.secret } })
    }
}
