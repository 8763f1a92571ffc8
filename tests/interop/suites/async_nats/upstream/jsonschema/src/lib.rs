//! The two functions of jsonschema that the suite's test of JSON schemas calls, for the reason that
//! ../../reqwest names; none is ever reached.

use std::convert::Infallible;

#[derive(Debug)]
pub struct JSONSchema;

impl JSONSchema {
    pub fn compile(_schema: &String) -> Result<Self, Infallible> {
        Ok(Self)
    }

    pub fn validate<T>(&self, _data: &T) -> Result<(), std::vec::IntoIter<String>> {
        Ok(())
    }
}
