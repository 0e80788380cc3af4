import { lazy, Suspense, useEffect, useMemo, useState } from 'react';
import { useTenant } from '../../app/session';
import { useLanguage, useText } from '../../i18n';
import { statistics } from '../../i18n/statistics';
import { columnTitle } from '../../lib/columns';
import { formatNumber } from '../../lib/format';
import { Button } from '../../ui/Button';
import { Notice } from '../../ui/ErrorNotice';
import { Loading } from '../../ui/Loading';
import { Select } from '../../ui/Select';
import { CLASS_COLOURS, classOf, quantileBreaks, SUPPRESSED_COLOUR } from './model/classes';
import type { Layout } from './model/layout';
import { mapSvg } from './model/map_svg';
import {
  bestProperty,
  fileFeatures,
  meshFeatures,
  type PlaceFeature,
  type PlaceFile,
  PlaceFileError,
  readPlaceFile,
} from './model/places';
import { type Axis, cellIndex, isLeaf, shownAt, splitLabel, type StatTable } from './model/table';
import { FigureTable } from './FigureTable';
import { type Painter, svgToPng } from './painter';
import { forgetPlaces, loadPlaces, savePlaces } from './place-store';
import type { Subject } from './subject';

const Drawing = lazy(() => import('./MapDrawing'));

interface MapViewProps {
  subject: Subject;
  table: StatTable;
  layout: Layout;
  onPainter: (painter: Painter | null) => void;
}

export interface MapFigure {
  feature: PlaceFeature;
  value: number | null;
  /** Undefined where suppressed. */
  grade: number | undefined;
}

/** One dimension on the map, the others held where the layout holds them, or at their margin. */
export function MapView({ subject, table, layout, onPainter }: MapViewProps) {
  const t = useText(statistics);
  const tenant = useTenant();
  const { language } = useLanguage();
  const [dimension, setDimension] = useState(() => placeDimension(table, layout));
  const axis = table.axes[dimension]!;
  const [file, setFile] = useState<PlaceFile>();
  const [fault, setFault] = useState<PlaceFileError['reason']>();
  const key = `${tenant.id}/${axis.column}`;
  useEffect(() => {
    let current = true;
    setFile(undefined);
    void loadPlaces(key).then((found) => current && setFile(found));
    return () => {
      current = false;
    };
  }, [key]);

  const meshes = useMemo(() => meshFeatures(axis), [axis]);
  const features = useMemo(
    () => (meshes.length > 0 ? meshes : file ? fileFeatures(axis, file) : []),
    [axis, file, meshes],
  );
  const { figures, breaks } = useMemo(
    () => gradeFigures(table, layout, dimension, features),
    [table, layout, dimension, features],
  );
  const legend = useMemo(() => legendOf(breaks, figures, t), [breaks, figures, t]);

  useEffect(() => {
    if (figures.length === 0) return onPainter(null);
    const svg = () =>
      mapSvg({
        features: figures.map(({ feature }) => feature),
        classes: figures.map(({ grade }) => grade),
        title: subject.title,
        legend,
        notes: [subject.source, ...(file && meshes.length === 0 ? [file.name] : [])],
      });
    onPainter({ svg, png: () => svgToPng(svg()) });
    return () => onPainter(null);
  }, [figures, legend, subject, file, meshes, onPainter]);

  const choose = async (chosen: File | undefined) => {
    if (!chosen) return;
    try {
      const collection = readPlaceFile(chosen.name, await chosen.text());
      const read = {
        name: chosen.name,
        property: bestProperty(axis, collection) ?? '',
        collection,
      };
      setFault(undefined);
      setFile(read);
      await savePlaces(key, read);
    } catch (error) {
      if (!(error instanceof PlaceFileError)) throw error;
      setFault(error.reason);
    }
  };
  const leaves = axis.members.filter((_, i) => i !== axis.root && isLeaf(axis, i)).length;
  // A file may have several points of one area.
  const placed = new Set(features.map(({ properties }) => properties.member)).size;
  return (
    <div className="o-figure">
      <div className="o-figure__controls">
        <Select
          label={t.map.dimension}
          value={String(dimension)}
          onChange={(value) => setDimension(Number(value))}
          options={table.axes.map(({ column }, d) => ({
            value: String(d),
            label: columnTitle(column, language),
          }))}
        />
        {meshes.length === 0 && file && (
          <PropertySelect
            file={file}
            onChange={(property) => {
              const changed = { ...file, property };
              setFile(changed);
              void savePlaces(key, changed);
            }}
          />
        )}
      </div>
      {meshes.length === 0 && (
        <PlaceChooser
          has={file !== undefined}
          fault={fault}
          onChoose={(chosen) => void choose(chosen)}
          onForget={() => {
            setFile(undefined);
            void forgetPlaces(key);
          }}
        />
      )}
      {features.length > 0 && (
        <>
          <p role="status">{t.map.matched(formatNumber(placed), formatNumber(leaves))}</p>
          <Suspense fallback={<Loading />}>
            <Drawing figures={figures} label={t.map.label(subject.title)} />
          </Suspense>
          <ul className="o-legend" aria-label={t.map.legend}>
            {legend.map((entry) => (
              <li key={entry.label}>
                <svg width="20" height="20" aria-hidden="true">
                  <rect width="20" height="20" fill={entry.colour} stroke="#333" />
                </svg>
                {entry.label}
              </li>
            ))}
          </ul>
        </>
      )}
      <FigureTable
        caption={t.map.dataTable}
        first={t.map.area}
        data={{
          categories: allLeaves(axis).map((member) => axis.members[member]!),
          series: [
            {
              name: t.map.value,
              values: allLeaves(axis).map((member) => valueAt(table, layout, dimension, member)),
            },
          ],
          suppressed: 0,
        }}
      />
    </div>
  );
}

function PropertySelect({
  file,
  onChange,
}: {
  file: PlaceFile;
  onChange: (property: string) => void;
}) {
  const t = useText(statistics);
  const keys = [
    ...new Set(
      file.collection.features
        .slice(0, 200)
        .flatMap((feature) => Object.keys(feature.properties ?? {})),
    ),
  ];
  return (
    <Select
      label={t.map.property}
      value={file.property}
      onChange={onChange}
      options={keys.map((key) => ({ value: key, label: key }))}
      {...(file.property ? {} : { placeholder: '-' })}
    />
  );
}

interface ChooserProps {
  has: boolean;
  fault: PlaceFileError['reason'] | undefined;
  onChoose: (file: File | undefined) => void;
  onForget: () => void;
}

function PlaceChooser({ has, fault, onChoose, onForget }: ChooserProps) {
  const t = useText(statistics);
  return (
    <div className="o-places">
      {!has && <Notice>{t.map.needPlaces}</Notice>}
      <label className="o-places__file">
        <span>{t.map.choose}</span>
        <input
          type="file"
          accept=".geojson,.json,.csv,application/geo+json"
          onChange={(event) => onChoose(event.target.files?.[0])}
        />
      </label>
      <p className="o-small">{t.map.local}</p>
      {fault && (
        <Notice tone="error" live>
          {t.map.errors[fault]}
        </Notice>
      )}
      {has && (
        <Button size="small" icon="trash" onClick={onForget}>
          {t.map.forget}
        </Button>
      )}
    </div>
  );
}

function allLeaves(axis: Axis): number[] {
  return axis.members.map((_, i) => i).filter((i) => i !== axis.root && isLeaf(axis, i));
}

/** The first dimension that holds meshes or codes of places, else the first of the rows. */
function placeDimension(table: StatTable, layout: Layout): number {
  const coded = table.axes.findIndex((axis) => meshFeatures(axis).length > 0);
  if (coded >= 0) return coded;
  const named = table.axes.findIndex((axis) =>
    axis.members.some((label) => splitLabel(label).code !== label),
  );
  return named >= 0 ? named : (layout.rows[0] ?? 0);
}

function valueAt(
  table: StatTable,
  layout: Layout,
  dimension: number,
  member: number,
): number | null {
  const place = table.axes.map((axis) => axis.root);
  for (const [d, held] of layout.slices) place[d] = held;
  place[dimension] = member;
  const shown = shownAt(table, cellIndex(table, place));
  return shown.kind === 'value' ? shown.value : null;
}

function gradeFigures(
  table: StatTable,
  layout: Layout,
  dimension: number,
  features: PlaceFeature[],
) {
  const values = features.map(({ properties }) =>
    valueAt(table, layout, dimension, properties.member),
  );
  const breaks = quantileBreaks(
    values.filter((value) => value !== null),
    CLASS_COLOURS.length,
  );
  const figures = features.map((feature, i): MapFigure => {
    const value = values[i]!;
    return { feature, value, grade: value === null ? undefined : classOf(breaks, value) };
  });
  return { figures, breaks };
}

function legendOf(breaks: number[], figures: MapFigure[], t: (typeof statistics)['ja']) {
  const least = Math.min(...figures.flatMap(({ value }) => (value === null ? [] : [value])));
  const entries = breaks.map((bound, i) => ({
    label: t.map.upTo(formatNumber(i === 0 ? least : breaks[i - 1]! + 1), formatNumber(bound)),
    colour: CLASS_COLOURS[i] as string,
  }));
  return [...entries, { label: t.explore.suppressed, colour: SUPPRESSED_COLOUR }];
}
