//! Size of a heic or avif photo and whether it is all there, by its boxes (ISO/IEC 23008-12).

use std::io::{self, Read, Seek};

use super::boxes::{Place, boxes, first};
use super::bytes::{be, edge, size};
use super::photo::{CUT, DAMAGED, Pixels};

/// Width and height as the photo is shown.
pub(super) fn pixels(file: &mut (impl Read + Seek)) -> Result<Pixels, String> {
    let end = size(file).map_err(|_| DAMAGED)?;
    let top = boxes(file, 0, end).map_err(|_| DAMAGED)?;
    if top.iter().any(|place| place.is_cut && matches!(&place.kind, b"meta" | b"mdat")) {
        return Err(CUT.to_owned());
    }
    let Some(meta) = first(&top, b"meta") else { return Err(CUT.to_owned()) };
    let properties = properties(file, meta).map_err(|_| DAMAGED)?;
    Ok(properties.unwrap_or_default())
}

/// `ispe` is told for each tile and for the whole: the largest counts. `irot` turns by quarters.
fn properties(file: &mut (impl Read + Seek), meta: Place) -> io::Result<Option<Pixels>> {
    let meta = meta.inside(file, 4)?;
    let Some(properties) = first(&meta, b"iprp") else { return Ok(None) };
    let Some(container) = first(&properties.inside(file, 0)?, b"ipco") else { return Ok(None) };
    let (mut largest, mut is_turned) = ((0, 0), false);
    for place in container.inside(file, 0)? {
        let fields = place.head(file, 12)?;
        match &place.kind {
            b"ispe" => {
                let (width, height) = (edge(be(&fields, 4, 4)), edge(be(&fields, 8, 4)));
                largest = [largest, (width, height)]
                    .into_iter()
                    .max_by_key(|&(w, h)| u64::from(w) * u64::from(h))
                    .unwrap_or(largest);
            }
            b"irot" => is_turned = fields.first().is_some_and(|quarters| quarters & 1 == 1),
            _ => {}
        }
    }
    let (width, height) = largest;
    Ok(Some(if is_turned { (height, width) } else { largest }))
}
