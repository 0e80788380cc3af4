import 'maplibre-gl/dist/maplibre-gl.css';
import * as maplibre from 'maplibre-gl';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url';
import { useEffect, useRef, useState } from 'react';
import { useText } from '../../i18n';
import { statistics } from '../../i18n/statistics';
import { formatNumber } from '../../lib/format';
import { Notice } from '../../ui/ErrorNotice';
import { CLASS_COLOURS, SUPPRESSED_COLOUR } from './model/classes';
import { boundsOf } from './model/places';
import type { MapFigure } from './MapView';

// A worker of our own origin: the CSP allows no blob workers.
maplibre.setWorkerUrl(workerUrl);

/** No tiles, no glyphs, no sprites: nothing is asked of anybody outside. */
const STYLE: maplibre.StyleSpecification = {
  version: 8,
  sources: { places: { type: 'geojson', data: { type: 'FeatureCollection', features: [] } } },
  layers: [
    { id: 'ground', type: 'background', paint: { 'background-color': '#f8f8fb' } },
    {
      id: 'areas',
      type: 'fill',
      source: 'places',
      filter: ['==', ['geometry-type'], 'Polygon'],
      paint: { 'fill-color': ['get', 'colour'], 'fill-outline-color': '#555' },
    },
    {
      id: 'points',
      type: 'circle',
      source: 'places',
      filter: ['==', ['geometry-type'], 'Point'],
      // What is shown lies on top of what is suppressed.
      layout: { 'circle-sort-key': ['get', 'rank'] },
      paint: {
        'circle-color': ['get', 'colour'],
        'circle-radius': [
          'interpolate',
          ['linear'],
          ['zoom'],
          ...[8, ['case', ['<', ['get', 'rank'], 0], 2.5, 4.5]],
          ...[13, ['case', ['<', ['get', 'rank'], 0], 5, 9]],
        ] as unknown as maplibre.ExpressionSpecification,
        'circle-stroke-color': '#333',
        'circle-stroke-width': 1,
      },
    },
  ],
};

export default function MapDrawing({ figures, label }: { figures: MapFigure[]; label: string }) {
  const t = useText(statistics);
  const element = useRef<HTMLDivElement>(null);
  const [map, setMap] = useState<maplibre.Map>();
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    let made: maplibre.Map;
    try {
      made = new maplibre.Map({
        container: element.current!,
        style: STYLE,
        attributionControl: false,
        fadeDuration: 0,
        // The wheel goes on scrolling the page.
        cooperativeGestures: true,
        locale: {
          'Map.Title': label,
          'NavigationControl.ZoomIn': t.map.zoomIn,
          'NavigationControl.ZoomOut': t.map.zoomOut,
          'CooperativeGesturesHandler.WindowsHelpText': t.map.wheel,
          'CooperativeGesturesHandler.MacHelpText': t.map.wheelMac,
          'CooperativeGesturesHandler.MobileHelpText': t.map.fingers,
        },
        // What is drawn stays for who prints the page or copies the picture.
        canvasContextAttributes: { preserveDrawingBuffer: true },
      });
    } catch {
      setFailed(true);
      return;
    }
    made.addControl(new maplibre.NavigationControl({ showCompass: false }));
    made.on('load', () => setMap(made));
    made.on('mousemove', ['areas', 'points'], (event) => tell(made, event, t.explore.suppressed));
    return () => {
      setMap(undefined);
      made.remove();
    };
  }, [t, label]);
  useEffect(() => {
    if (!map) return;
    element.current?.removeAttribute('data-drawn');
    const features = figures.map(({ feature, value, grade }) => ({
      ...feature,
      properties: {
        ...feature.properties,
        value,
        rank: grade ?? -1,
        colour: grade === undefined ? SUPPRESSED_COLOUR : CLASS_COLOURS[grade],
      },
    }));
    (map.getSource('places') as maplibre.GeoJSONSource).setData({
      type: 'FeatureCollection',
      features,
    });
    const box = boundsOf(features);
    if (box) map.fitBounds(box, { padding: 32, animate: false, maxZoom: 15 });
    map.once('idle', () => element.current?.setAttribute('data-drawn', String(features.length)));
  }, [map, figures]);
  if (failed) return <Notice tone="warning">{t.map.failed}</Notice>;
  return <div ref={element} className="o-figure__map" role="group" aria-label={label} />;
}

let popup: maplibre.Popup | undefined;

function tell(map: maplibre.Map, event: maplibre.MapLayerMouseEvent, mark: string): void {
  const properties = event.features?.[0]?.properties as
    { label?: string; value?: number | null } | undefined;
  if (!properties) return;
  const { value } = properties;
  popup ??= new maplibre.Popup({ closeButton: false });
  popup
    .setLngLat(event.lngLat)
    .setText(`${properties.label ?? ''}: ${typeof value === 'number' ? formatNumber(value) : mark}`)
    .addTo(map);
}
