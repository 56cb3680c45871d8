import type { Traits } from './traits.ts';

/** What a product is and is called. */
export const productFields = {
  title: {
    of: 'product',
    kind: 'title',
    column: 'title',
    label: 'Title',
    needed: true,
    words: {
      en: ['Title', 'Product Title', 'Product Name', 'Name', 'Item Name', 'Item Title'],
      de: ['Titel', 'Produktname', 'Artikelname', 'Bezeichnung', 'Artikelbezeichnung', 'Produktbezeichnung'],
      fr: ['Nom', 'Nom du produit', 'Titre', 'Désignation', 'Libellé'],
      es: ['Nombre', 'Nombre del producto', 'Título'],
    },
  },
  description: {
    of: 'product',
    kind: 'markup',
    column: 'description',
    label: 'Description',
    words: {
      en: [
        'Description',
        'Long Description',
        'Product Description',
        'Full Description',
        'Long Desc',
        'Description HTML',
        'Item Description',
        'Details',
        'Short Description',
      ],
      de: ['Beschreibung', 'Produktbeschreibung', 'Artikelbeschreibung', 'Langtext'],
      fr: ['Description longue'],
      es: ['Descripción'],
    },
  },
  brand: {
    of: 'product',
    kind: 'name',
    column: 'brand',
    label: 'Brand',
    words: {
      en: ['Brand', 'Brand Name', 'Manufacturer', 'Vendor'],
      de: ['Marke', 'Hersteller'],
      fr: ['Marque', 'Fabricant'],
      es: ['Marca', 'Fabricante'],
    },
  },
  category: {
    of: 'product',
    kind: 'text',
    column: 'categoryPath',
    label: 'Category',
    words: {
      en: [
        'Category',
        'Category Path',
        'Categories',
        'Product Category',
        'Product Type',
        'Department',
        'Main Category',
        'Category {n}',
      ],
      de: ['Kategorie', 'Kategorien', 'Warengruppe'],
      fr: ['Catégorie', 'Catégories'],
      es: ['Categoría', 'Categorías'],
    },
  },
  tags: {
    of: 'product',
    kind: 'tags',
    column: 'tags',
    label: 'Tags',
    repeated: true,
    words: {
      en: ['Tags', 'Keywords'],
      de: ['Schlagwörter'],
      fr: ['Étiquettes', 'Mots-clés'],
      es: ['Etiquetas'],
    },
  },
  status: {
    of: 'product',
    kind: 'offered',
    column: 'active',
    label: 'Status',
    words: {
      en: ['Status', 'Active', 'Is Active', 'Enabled'],
    },
  },
  published: {
    of: 'product',
    kind: 'offered',
    column: 'active',
    label: 'Published',
    words: {
      en: ['Published'],
    },
  },
} as const satisfies Record<string, Traits>;
