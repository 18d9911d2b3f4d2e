//! What may enter the dependency tree, where cargo-deny is absent: licences, bans and sources of `deny.toml` held
//! against `cargo metadata`, and the versions below which a crate has a known hole that concerns us. And what is told of it: the list of
//! all that is in the binary (SBOM, CycloneDX 1.5) that lies in the package.

// Clippy's allowance for tests does not reach their helpers.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::process::Command;

use serde_json::Value;

/// Oldest versions without a known hole (RustSec as of 2026-08): crate, version.
const AT_LEAST: &[(&str, (u64, u64, u64))] = &[
    ("quick-xml", (0, 41, 0)),
    ("lopdf", (0, 42, 0)),
    ("zip", (2, 3, 0)),
    ("rustls", (0, 23, 18)),
    ("rustls-webpki", (0, 103, 13)),
];

fn metadata() -> Value {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked", "--offline"])
        .args(["--filter-platform", "x86_64-unknown-linux-gnu"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn deny() -> toml::Table {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/deny.toml");
    std::fs::read_to_string(path).unwrap().parse().unwrap()
}

/// Packages that are really built here: those of the resolved graph.
fn packages(metadata: &Value) -> Vec<&Value> {
    let nodes = metadata["resolve"]["nodes"].as_array().unwrap();
    let ids: Vec<&str> = nodes.iter().map(|node| node["id"].as_str().unwrap()).collect();
    let all = metadata["packages"].as_array().unwrap().iter();
    let built: Vec<&Value> = all.filter(|package| ids.contains(&package["id"].as_str().unwrap())).collect();
    assert!(built.len() > 100, "only {} packages found", built.len());
    built
}

/// Crates that end up in the binary: what is reached without dev-dependencies.
fn in_the_binary(metadata: &Value) -> Vec<&Value> {
    let nodes = metadata["resolve"]["nodes"].as_array().unwrap();
    let node = |id: &str| nodes.iter().find(|node| node["id"] == id).unwrap();
    let root = metadata["resolve"]["root"].as_str().unwrap();
    let (mut reached, mut to_do) = (vec![root.to_owned()], vec![root.to_owned()]);
    while let Some(id) = to_do.pop() {
        for dependency in node(&id)["deps"].as_array().unwrap() {
            let kinds = dependency["dep_kinds"].as_array().unwrap();
            let id = dependency["pkg"].as_str().unwrap();
            if kinds.iter().any(|kind| kind["kind"] != "dev") && !reached.iter().any(|known| known == id) {
                reached.push(id.to_owned());
                to_do.push(id.to_owned());
            }
        }
    }
    let all = metadata["packages"].as_array().unwrap().iter();
    let mut found: Vec<&Value> =
        all.filter(|package| reached.iter().any(|id| package["id"] == *id)).collect();
    found.sort_by_key(|package| (package["name"].to_string(), package["version"].to_string()));
    found
}

/// The checksums of `Cargo.lock`, by name and version.
fn checksum(lock: &toml::Table, package: &Value) -> Option<String> {
    let mut all = lock["package"].as_array().unwrap().iter();
    let entry = all.find(|entry| {
        entry["name"].as_str() == package["name"].as_str()
            && entry["version"].as_str() == package["version"].as_str()
    })?;
    Some(entry.get("checksum")?.as_str()?.to_owned())
}

/// The list of what is in the binary. It bears no date and no number: the same lock file makes the same list.
fn bill_of_materials() -> String {
    let metadata = metadata();
    let lock = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.lock")).unwrap();
    let lock: toml::Table = lock.parse().unwrap();
    let component = |package: &&Value| {
        let (name, version) = (package["name"].as_str().unwrap(), package["version"].as_str().unwrap());
        let purl = format!("pkg:cargo/{name}@{version}");
        let mut component = serde_json::json!({
            "type": "library", "bom-ref": purl, "name": name, "version": version, "purl": purl,
            "licenses": [{ "expression": package["license"].as_str().unwrap_or("NOASSERTION").replace('/', " OR ") }],
        });
        if let Some(hash) = checksum(&lock, package) {
            component["hashes"] = serde_json::json!([{ "alg": "SHA-256", "content": hash }]);
        }
        component
    };
    let all = in_the_binary(&metadata);
    let own = all.iter().find(|package| package["name"] == "shouwen").unwrap();
    let parts: Vec<Value> =
        all.iter().filter(|package| package["name"] != "shouwen").map(component).collect();
    assert!(parts.len() > 100, "only {} parts", parts.len());
    let bill = serde_json::json!({
        "bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1,
        "metadata": { "component": {
            "type": "application", "bom-ref": "shouwen", "name": "shouwen", "version": own["version"],
            "licenses": [{ "expression": own["license"] }],
        } },
        "components": parts,
    });
    format!("{bill:#}\n")
}

#[test]
fn the_package_lists_what_is_in_the_binary() {
    let place = concat!(env!("CARGO_MANIFEST_DIR"), "/packaging/shouwen.cdx.json");
    let bill = bill_of_materials();
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(place, &bill).unwrap();
    }
    let kept = std::fs::read_to_string(place).unwrap_or_default();
    assert!(
        kept == bill,
        "packaging/shouwen.cdx.json is not of this Cargo.lock: run this test with UPDATE_EXPECT=1"
    );
    for (name, _) in AT_LEAST {
        assert!(kept.contains(&format!("pkg:cargo/{name}@")), "{name} is not listed");
    }
    assert!(!kept.contains("pkg:cargo/rcgen@"), "what only tests need is not in the binary");
}

/// Whether one alternative of an SPDX expression has only allowed licences.
fn is_allowed(expression: &str, allowed: &[&str]) -> bool {
    let expression = expression.replace('/', " OR ").replace(['(', ')'], " ");
    expression.split(" OR ").any(|all| all.split(" AND ").all(|one| allowed.contains(&one.trim())))
}

#[test]
fn every_licence_is_one_we_may_ship() {
    let deny = deny();
    let allowed: Vec<&str> =
        deny["licenses"]["allow"].as_array().unwrap().iter().map(|l| l.as_str().unwrap()).collect();
    let clarified = deny["licenses"]["clarify"].as_array().unwrap();
    let metadata = metadata();
    let mut problems = Vec::new();
    for package in packages(&metadata) {
        let clear = clarified.iter().find(|entry| entry["crate"].as_str() == package["name"].as_str());
        let licence = clear.and_then(|entry| entry["expression"].as_str()).or(package["license"].as_str());
        let licence = licence.unwrap_or("none declared");
        if !is_allowed(licence, &allowed) {
            problems.push(format!("{}: {licence}", package["name"].as_str().unwrap()));
        }
    }
    assert!(problems.is_empty(), "{problems:#?}");
}

#[test]
fn nothing_banned_is_built_and_everything_comes_from_the_registry() {
    let deny = deny();
    let banned: Vec<&str> =
        deny["bans"]["deny"].as_array().unwrap().iter().map(|ban| ban["crate"].as_str().unwrap()).collect();
    let metadata = metadata();
    for package in packages(&metadata) {
        let name = package["name"].as_str().unwrap();
        assert!(!banned.contains(&name), "{name} is banned");
        let source = package["source"].as_str().unwrap_or("");
        assert!(name == "shouwen" || source.starts_with("registry+"), "{name} comes from {source:?}");
    }
}

#[test]
fn no_version_with_a_known_hole_is_built() {
    let metadata = metadata();
    let mut met = 0;
    for package in packages(&metadata) {
        let name = package["name"].as_str().unwrap();
        let version = package["version"].as_str().unwrap();
        let numbers: Vec<u64> =
            version.split(['.', '-', '+']).take(3).map(|number| number.parse().unwrap_or(0)).collect();
        for (_, least) in AT_LEAST.iter().filter(|(known, _)| *known == name) {
            met += 1;
            assert!(
                (numbers[0], numbers[1], numbers[2]) >= *least,
                "{name} {version} is older than {least:?}"
            );
        }
    }
    assert!(met >= AT_LEAST.len(), "only {met} of the watched crates are built: mend the list");
}
