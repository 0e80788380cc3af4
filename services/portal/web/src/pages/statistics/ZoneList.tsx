import {
  Button as AriaButton,
  GridList,
  GridListItem,
  isTextDropItem,
  Menu,
  MenuItem,
  MenuTrigger,
  Popover,
  useDragAndDrop,
  type DropItem,
} from 'react-aria-components';
import type { ReactNode } from 'react';
import { useText } from '../../i18n';
import { statistics } from '../../i18n/statistics';
import { Icon } from '../../ui/icons';

export interface ZoneItem {
  id: string;
  label: string;
  /** Beside the label, as the number of categories. */
  note?: string;
  /** Controls beside the label, as the member that a held field stands at. */
  controls?: ReactNode;
  /** Controls that take a line of their own. */
  below?: ReactNode;
}

export interface ZoneSpec {
  id: string;
  title: string;
  items: ZoneItem[];
}

interface ZoneListProps {
  zone: ZoneSpec;
  /** All zones, for the menu: what can be dragged can also be chosen. */
  zones: readonly ZoneSpec[];
  /** Puts an item into a zone before position `at` of that zone as it is without the item. */
  onMove: (item: string, zone: string, at: number) => void;
}

const TYPE = 'application/x-oboro-field';

async function idOfDrop(items: DropItem[]): Promise<string | undefined> {
  const item = items.find(isTextDropItem);
  return item?.getText(TYPE);
}

/** A place for fields. Fields are moved by dragging, by the keyboard (arrows to the field, Tab to its handle, Enter, then Tab and Enter), or by a menu. */
export function ZoneList({ zone, zones, onMove }: ZoneListProps) {
  const t = useText(statistics);
  const place = (item: string, key: string, after: boolean) => {
    const others = zone.items.filter(({ id }) => id !== item);
    const at = others.findIndex(({ id }) => id === key);
    onMove(item, zone.id, at < 0 ? others.length : at + (after ? 1 : 0));
  };
  const { dragAndDropHooks } = useDragAndDrop({
    getItems: (keys) =>
      [...keys].map((key) => ({
        [TYPE]: String(key),
        'text/plain': zone.items.find(({ id }) => id === key)?.label ?? '',
      })),
    acceptedDragTypes: [TYPE],
    getDropOperation: () => 'move',
    onReorder: (event) => {
      const item = [...event.keys][0];
      if (item !== undefined)
        place(String(item), String(event.target.key), event.target.dropPosition === 'after');
    },
    onInsert: async (event) => {
      const item = await idOfDrop(event.items);
      if (item) place(item, String(event.target.key), event.target.dropPosition === 'after');
    },
    onRootDrop: async (event) => {
      const item = await idOfDrop(event.items);
      if (item) onMove(item, zone.id, zone.items.filter(({ id }) => id !== item).length);
    },
  });
  return (
    <section className="o-zone" aria-label={zone.title}>
      <h3 className="o-zone__title">{zone.title}</h3>
      <GridList
        aria-label={zone.title}
        items={zone.items}
        // Menus and selects of an item depend on what lies outside of it.
        dependencies={[zones, onMove]}
        dragAndDropHooks={dragAndDropHooks}
        // Arrows and letters belong to the select of an item; Tab goes through what an item has.
        keyboardNavigationBehavior="tab"
        disallowTypeAhead
        className="o-zone__list"
        renderEmptyState={() => <span className="o-zone__empty">{t.build.zoneEmpty}</span>}
      >
        {(item) => (
          <GridListItem id={item.id} textValue={item.label} className="o-zone__item">
            <AriaButton slot="drag" className="o-zone__handle" aria-label={t.zone.drag(item.label)}>
              <Icon name="drag" size={18} />
            </AriaButton>
            <span className="o-zone__label">
              {item.label}
              {item.note && <span className="o-zone__note">{item.note}</span>}
            </span>
            {item.controls}
            <MoveMenu item={item} zone={zone} zones={zones} onMove={onMove} />
            {item.below && <div className="o-zone__below">{item.below}</div>}
          </GridListItem>
        )}
      </GridList>
    </section>
  );
}

function MoveMenu({ item, zone, zones, onMove }: ZoneListProps & { item: ZoneItem }) {
  const t = useText(statistics);
  const at = zone.items.findIndex(({ id }) => id === item.id);
  const act = (key: string) => {
    if (key === '-') onMove(item.id, zone.id, at - 1);
    else if (key === '+') onMove(item.id, zone.id, at + 1);
    else onMove(item.id, key, zones.find(({ id }) => id === key)!.items.length);
  };
  return (
    <MenuTrigger>
      <AriaButton className="o-zone__menu" aria-label={t.zone.move(item.label)}>
        <Icon name="chevronDown" size={18} />
      </AriaButton>
      <Popover className="o-popover">
        <Menu className="o-menu" onAction={(key) => act(String(key))}>
          {zones
            .filter(({ id }) => id !== zone.id)
            .map(({ id, title }) => (
              <MenuItem key={id} id={id} className="o-menu__item">
                {t.zone.moveTo(title)}
              </MenuItem>
            ))}
          {at > 0 && (
            <MenuItem id="-" className="o-menu__item">
              {t.zone.up}
            </MenuItem>
          )}
          {at < zone.items.length - 1 && (
            <MenuItem id="+" className="o-menu__item">
              {t.zone.down}
            </MenuItem>
          )}
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}
