//! Documents against their schemas.

use std::path::Path;

use boon::{Compiler, Schemas};
use roxmltree::{Document, Node};
use serde_json::Value;

/// Panics unless `document` is what the JSON schema in the file says.
#[track_caller]
pub fn assert_json(document: &Value, schema: &Path) {
    let text = std::fs::read_to_string(schema).unwrap();
    let contents: Value = serde_json::from_str(&text).unwrap();
    let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
    let name = "file:///schema.json";
    compiler.enable_format_assertions();
    compiler.add_resource(name, contents).unwrap();
    let compiled = compiler.compile(name, &mut schemas).unwrap();
    if let Err(error) = schemas.validate(document, compiled) {
        panic!("{error:#}\n{document:#}");
    }
}

/// Panics unless the elements of `document` and their attributes are those that
/// the XML schema in the file declares, with all that it requires. Whether they
/// are in its order and of its types is for `xmllint` to say, in `.ci/formats`.
#[track_caller]
pub fn assert_xml(document: &str, schema: &Path) {
    let schema = std::fs::read_to_string(schema).unwrap();
    let schema = Document::parse(&schema).unwrap();
    let document = Document::parse(document).unwrap_or_else(|error| panic!("{error}: {document}"));
    let declared = |name: &str| {
        let mut top = schema.root_element().children();
        let found = top.find(|it| it.has_tag_name_local("element") && it.is_named(name));
        found.unwrap_or_else(|| panic!("<{name}> is not declared"))
    };
    for element in document.descendants().filter(Node::is_element) {
        let name = element.tag_name().name();
        let declaration = declared(name);
        let attributes = || {
            let all = declaration.descendants();
            all.filter(|it| it.has_tag_name_local("attribute"))
        };
        for attribute in element.attributes() {
            let known = attributes().any(|it| it.is_named(attribute.name()));
            assert!(known, "<{name} {}> is not declared", attribute.name());
        }
        for required in attributes().filter(|it| it.attribute("use") == Some("required")) {
            let attribute = required.attribute("name").unwrap();
            let has = element.has_attribute(attribute);
            assert!(has, "<{name}> lacks {attribute}");
        }
        for child in element.children().filter(Node::is_element) {
            let child = child.tag_name().name();
            let mut inside = declaration.descendants();
            let known = inside.any(|it| it.attribute("ref") == Some(child));
            assert!(known, "<{child}> may not be in <{name}>");
        }
    }
}

trait Declaration {
    fn has_tag_name_local(&self, name: &str) -> bool;
    fn is_named(&self, name: &str) -> bool;
}

impl Declaration for Node<'_, '_> {
    fn has_tag_name_local(&self, name: &str) -> bool {
        self.is_element() && self.tag_name().name() == name
    }

    fn is_named(&self, name: &str) -> bool {
        self.attribute("name") == Some(name)
    }
}
